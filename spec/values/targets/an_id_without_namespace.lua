-- error is: Invalid: namespace required in function ID
-- error and:   got "u8": an ID is namespace:name
-- line: 4
local value, err = funcs.call("u8")
error(err)
