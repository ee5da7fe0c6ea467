-- error is: Invalid: function ID required
-- line: 3
local value, err = funcs.call("")
error(err)
