-- error is: Invalid: namespace required in function ID
-- line: 3
local value, err = funcs.call("u8")
error(err)
