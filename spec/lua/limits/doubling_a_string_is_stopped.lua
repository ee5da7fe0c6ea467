-- error: Unavailable: bytes of strings
-- limits: stringBytes=1000000, stringLength=10000000
local s = "x"
while true do s = s .. s end
