-- prints: object	error text
print(setmetatable({}, {__tostring = function() return "object" end}), errors.new("error text"))
