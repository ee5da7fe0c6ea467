-- expect: "done"
coroutine.spawn(function() channel.new():receive() end)
funcs.call("spec:later")
return "done"
