-- expect: true
local ids = {}
for i = 1, 50 do ids[i] = (uuid.v7()) end
for i = 2, 50 do if ids[i - 1] >= ids[i] then return i end end
return true
