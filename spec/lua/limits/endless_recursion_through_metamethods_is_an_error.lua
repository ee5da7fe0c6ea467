-- expect: false, true
local t = setmetatable({}, {})
getmetatable(t).__index = function(t, k) return t[k .. "x"] end
local ok, err = pcall(function() return t.a end)
return ok, tostring(err):find("overflow", 1, true) ~= nil
