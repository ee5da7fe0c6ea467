-- expect: false
local timer = time.timer("1ms")
timer:response():receive()
return timer:stop()
