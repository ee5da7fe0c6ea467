-- error: Unavailable: bytes of strings
-- limits: stringBytes=500000
local s = ("x"):rep(1000)
for i = 1, 100000 do s:upper() string.format("%s", s .. i) end
