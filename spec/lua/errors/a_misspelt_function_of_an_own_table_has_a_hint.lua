-- error is: Internal: a_misspelt_function_of_an_own_table_has_a_hint.lua:6: attempt to call a nil value (method 'grete')
-- error and:   there is no grete: did you mean greet?
local Person = {}
Person.__index = Person
function Person:greet() return "hi" end
print(setmetatable({}, Person):grete())
