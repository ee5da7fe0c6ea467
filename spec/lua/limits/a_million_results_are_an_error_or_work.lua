-- expect: true, 200000
local t = {}
for i = 1, 200000 do t[i] = i end
local ok, n = pcall(function() return select("#", table.unpack(t)) end)
return ok, n
