-- expect: "yielded", "woken", "end"
local ch = channel.new()
coroutine.spawn(function() funcs.call("spec:later") ch:send("woken") end)
local co = coroutine.wrap(function()
  coroutine.yield("yielded")
  coroutine.yield((ch:receive()))
  return "end"
end)
return co(), co(), co()
