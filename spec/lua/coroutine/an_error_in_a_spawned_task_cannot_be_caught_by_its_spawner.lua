-- error: Conflict: typed
pcall(coroutine.spawn, function() error(errors.new{message = "typed", kind = "Conflict"}) end)
return 1
