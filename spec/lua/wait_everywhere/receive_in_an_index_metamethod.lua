-- expect: 10, 20
local ch = channel.new()
coroutine.spawn(function() ch:send(10) ch:send(20) end)
local lazy = setmetatable({}, {__index = function() return (ch:receive()) end})
return lazy.a, lazy.b
