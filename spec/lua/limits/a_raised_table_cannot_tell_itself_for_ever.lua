-- error: Timeout: instructions
-- limits: instructions=100000
error(setmetatable({}, { __tostring = function() while true do end end }))
