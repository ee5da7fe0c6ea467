-- expect: false, {"e"}, "dead"
local co = coroutine.create(function() error({"e"}) end)
local ok, err = coroutine.resume(co)
return ok, err, coroutine.status(co)
