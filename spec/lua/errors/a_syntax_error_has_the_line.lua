-- error: Invalid: a_syntax_error_has_the_line.lua:3: unexpected symbol near '='
local x = 1
local y = = 2
