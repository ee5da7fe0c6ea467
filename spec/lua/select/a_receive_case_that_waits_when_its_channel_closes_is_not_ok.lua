-- expect: true, false
local ch = channel.new()
coroutine.spawn(function() funcs.call("spec:later") ch:close() end)
local result = channel.select{ch:case_receive()}
return result.channel == ch, result.ok
