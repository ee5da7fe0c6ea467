-- error: Internal: late
coroutine.spawn(function() funcs.call("spec:later") error("late") end)
funcs.call("spec:never")
