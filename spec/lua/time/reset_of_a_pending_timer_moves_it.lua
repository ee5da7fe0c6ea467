-- expect: true, true
local timer = time.timer("1h")
local reset = timer:reset("1ms")
local _, ok = timer:response():receive()
return reset, ok
