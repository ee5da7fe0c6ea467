-- expect: nil, "Invalid", "time.after: duration must be > 0", nil, "time.after: duration must be > 0"
local a, e1 = time.after(0)
local b, e2 = time.after("-1ms")
return a, e1:kind(), e1:message(), b, e2:message()
