-- expect: nil, "Invalid", "time.timer: duration must be > 0"
local timer, err = time.timer(0)
return timer, err:kind(), err:message()
