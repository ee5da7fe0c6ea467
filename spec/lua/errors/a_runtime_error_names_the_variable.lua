-- error: Internal: a_runtime_error_names_the_variable.lua:3: attempt to index a nil value (local 'x')
local x
return x.y
