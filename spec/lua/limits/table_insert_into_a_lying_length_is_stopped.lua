-- error: Timeout: instructions
-- limits: instructions=1000000
table.insert(setmetatable({}, {__len = function() return 2147483000 end}), 1, "x")
