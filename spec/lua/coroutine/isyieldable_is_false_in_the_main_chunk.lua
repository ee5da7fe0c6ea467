-- expect: false, true
return coroutine.isyieldable(), coroutine.wrap(function() return coroutine.isyieldable() end)()
