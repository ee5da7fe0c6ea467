-- error: Timeout: instructions
-- limits: instructions=1000000
table.concat(setmetatable({}, {__index = function() return "" end}), "", 1, 2147483646)
