-- expect: "thread", "dead", "suspended"
local done = coroutine.spawn(function() end)
local waiting = coroutine.spawn(function() channel.new():receive() end)
return type(done), coroutine.status(done), coroutine.status(waiting)
