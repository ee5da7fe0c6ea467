-- expect: false, nil, false
local timer = time.timer("1ms")
timer:response():receive()
return timer:reset("1ms"), timer:response():receive()
