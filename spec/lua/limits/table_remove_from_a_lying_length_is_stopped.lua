-- error: Timeout: instructions
-- limits: instructions=1000000
table.remove(setmetatable({}, {__len = function() return 2147483000 end}), 1)
