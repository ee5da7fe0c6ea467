-- error: Internal: 7 is too many
error(setmetatable({ count = 7 }, { __tostring = function(self) return self.count .. " is too many" end }))
