-- expect: "done"
coroutine.spawn(function() channel.new():receive() error("never") end)
coroutine.spawn(function() time.sleep("1h") error("never") end)
return "done"
