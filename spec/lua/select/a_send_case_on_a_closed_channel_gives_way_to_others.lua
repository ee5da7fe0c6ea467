-- expect: "open"
local shut, open = channel.new(), channel.new()
shut:close()
coroutine.spawn(function() funcs.call("spec:later") open:send("open") end)
local result = channel.select{shut:case_send(1), open:case_receive()}
return result.value
