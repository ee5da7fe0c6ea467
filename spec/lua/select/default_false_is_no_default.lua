-- expect: "late"
local ch = channel.new()
coroutine.spawn(function() funcs.call("spec:later") ch:send("late") end)
return channel.select({ch:case_receive(), default = false}, false).value
