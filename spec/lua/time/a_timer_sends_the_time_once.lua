-- expect: nil, true, true, nil, false
local timer, err = time.timer("1ms")
local at, ok = timer:channel():receive()
local second, open = timer:channel():receive()
return err, ok, timer:response() == timer:channel(), second, open
