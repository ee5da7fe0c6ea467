-- expect: false, true
local function handler(m) return error(m) end
local ok, err = xpcall(function() error("x") end, handler)
return ok, err ~= nil
