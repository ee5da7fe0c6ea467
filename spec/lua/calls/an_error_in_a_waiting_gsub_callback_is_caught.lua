-- expect: false, "bad letter b"
return pcall(function()
  return ("abc"):gsub(".", function(c) local l = funcs.call("spec:later", c) if l == "b" then error("bad letter b", 0) end end)
end)
