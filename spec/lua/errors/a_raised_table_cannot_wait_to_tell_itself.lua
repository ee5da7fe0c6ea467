-- error: Internal: error value of type table, without a message
error(setmetatable({}, { __tostring = function() time.sleep("1ms") return "late" end }))
