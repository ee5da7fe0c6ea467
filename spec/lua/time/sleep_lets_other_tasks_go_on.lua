-- expect: "short", "long"
local log = {}
coroutine.spawn(function() time.sleep("1ms") log[#log + 1] = "short" end)
time.sleep("20ms")
log[#log + 1] = "long"
return table.unpack(log)
