-- error: Internal: a_library_function_cannot_be_replaced.lua:3: attempt to change 'string', which is read-only
local x = 1
string.format = nil
