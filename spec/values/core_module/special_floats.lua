-- expect: -math.huge, true
local nan = funcs.call("numbers:not_a_number")
return 1 / funcs.call("numbers:negative_zero"), nan ~= nan
