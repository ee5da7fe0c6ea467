-- error: Unavailable: bytes of strings
-- limits: stringBytes=1000000
local t = {}
for i = 1, 100000 do t[i] = "item number " .. i end
