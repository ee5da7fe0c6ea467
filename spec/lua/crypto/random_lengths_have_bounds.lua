-- expect: "Invalid", "Invalid", "Invalid", "Invalid", "crypto.random.bytes: expected a length from 1 to 1048576, got 0"
local _, e1 = crypto.random.bytes(0)
local _, e2 = crypto.random.bytes(1048577)
local _, e3 = crypto.random.string(0)
local _, e4 = crypto.random.string(1048577)
return e1:kind(), e2:kind(), e3:kind(), e4:kind(), e1:message()
