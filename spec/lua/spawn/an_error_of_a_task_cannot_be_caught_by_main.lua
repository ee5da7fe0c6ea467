-- error: Internal: boom
pcall(function()
  coroutine.spawn(function() error("boom") end)
end)
return "not reached"
