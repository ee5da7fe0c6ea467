-- expect: nil, true, "thread", false
local co, main = coroutine.wrap(function() return coroutine.running() end)()
return (coroutine.running()), select(2, coroutine.running()), type(co), main
