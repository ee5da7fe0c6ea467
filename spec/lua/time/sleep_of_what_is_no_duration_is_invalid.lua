-- expect: nil, "Invalid", nil, "Invalid", nil, "Invalid", nil, "Invalid"
local a, e1 = time.sleep("soon")
local b, e2 = time.sleep({})
local c, e3 = time.sleep()
local d, e4 = time.sleep(0/0)
return a, e1:kind(), b, e2:kind(), c, e3:kind(), d, e4:kind()
