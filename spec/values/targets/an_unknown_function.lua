-- error is: NotFound: no handler registered for target echo:nope
-- line: 3
local value, err = funcs.call("echo:nope")
error(err)
