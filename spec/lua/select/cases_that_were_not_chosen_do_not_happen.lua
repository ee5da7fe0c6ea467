-- expect: nil, false, {default = true, ok = true}
local a, b = channel.new(), channel.new()
coroutine.spawn(function() channel.select{a:case_receive(), b:case_send("lost")} end)
a:send("chosen")
local lost = channel.select({b:case_receive()}, true)
b:close()
local value, ok = b:receive()
return value, ok, lost
