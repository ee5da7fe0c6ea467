-- expect: false, "handled: x"
return xpcall(function() funcs.call("spec:later") error("x", 0) end, function(m) return "handled: " .. m end)
