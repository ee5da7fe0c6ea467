-- error is: Invalid: name required in function ID
-- line: 3
local value, err = funcs.call("echo:")
error(err)
