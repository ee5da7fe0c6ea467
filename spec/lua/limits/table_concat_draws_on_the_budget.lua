-- error: Unavailable: bytes of strings
-- limits: stringBytes=500000
local t = {}
for i = 1, 1000 do t[i] = "0123456789" end
while true do table.concat(t) end
