-- error is: Invalid: name required in function ID
-- error and:   got "echo:": an ID is namespace:name
-- line: 4
local value, err = funcs.call("echo:")
error(err)
