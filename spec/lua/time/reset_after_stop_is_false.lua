-- expect: false
local timer = time.timer("1h")
timer:stop()
return timer:reset("1ms")
