-- expect: true, "second"
local a, b = channel.new(), channel.new()
coroutine.spawn(function() funcs.call("spec:later") b:send("second") end)
local result = channel.select{a:case_receive(), b:case_receive()}
return result.channel == b, result.value
