-- expect: "a", "b", "c"
local ch = channel.new()
for _, name in ipairs{"a", "b", "c"} do coroutine.spawn(function() ch:send(name) end) end
return (ch:receive()), (ch:receive()), (ch:receive())
