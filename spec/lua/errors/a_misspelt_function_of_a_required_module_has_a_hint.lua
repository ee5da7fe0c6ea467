-- error is: Internal: a_misspelt_function_of_a_required_module_has_a_hint.lua:4: attempt to call a nil value (field 'asinc')
-- error and:   there is no asinc: did you mean async?
local calls = require("funcs")
local function go() return calls.asinc("t:f") end
return (go())
