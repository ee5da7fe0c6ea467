-- expect: "a", 2, "arguments_are_in_arg_and_dots.lua", "a", 2
-- args: "a", 2
local x, y = ...
return x, y, arg[0], arg[1], arg[2]
