-- expect: false, true
local t = {}
for _ = 1, 5000 do t = setmetatable({}, {__index = t}) end
local ok, err = pcall(function() return t.x end)
return ok, tostring(err):find("loop", 1, true) ~= nil
