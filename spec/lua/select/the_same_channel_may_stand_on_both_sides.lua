-- expect: "sent", "other"
local ch = channel.new()
local got
coroutine.spawn(function() got = channel.select{ch:case_receive(), ch:case_send("sent")}.value end)
local value = ch:receive()
coroutine.spawn(function() got = channel.select{ch:case_send("mine"), ch:case_receive()}.value end)
channel.select{ch:case_send("other")}
funcs.call("spec:later")
return value, got
