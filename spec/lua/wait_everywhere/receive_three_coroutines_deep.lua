-- expect: 1, 2, 3
local ch = channel.new()
coroutine.spawn(function() for i = 1, 3 do time.sleep("100us") ch:send(i) end end)
local function deep(n)
  if n == 0 then return (ch:receive()) end
  return coroutine.wrap(function() return deep(n - 1) end)()
end
return deep(3), deep(3), deep(0)
