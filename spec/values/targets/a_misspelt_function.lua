-- error is: NotFound: no handler registered for target echo:list_strin: did you mean echo:list_string?
-- line: 3
local value, err = funcs.call("echo:list_strin")
error(err)
