-- error: Internal: spawned failed
coroutine.spawn(function() error("spawned failed") end)
return 1
