-- expect: true, nil, false, false
local timer = time.timer("1h")
local stopped = timer:stop()
local value, ok = timer:response():receive()
return stopped, value, ok, timer:stop()
