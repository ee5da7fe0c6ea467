-- error: Internal: error value of type table, without a message
error(setmetatable({}, { __tostring = function() error("and this one neither") end }))
