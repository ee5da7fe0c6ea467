-- expect: true, "v", "v"
local ch = channel.new()
local got
coroutine.spawn(function() funcs.call("spec:later") got = ch:receive() end)
local result = channel.select{ch:case_send("v")}
funcs.call("spec:later")
return result.ok, result.value, got
