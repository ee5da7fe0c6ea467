-- error is: Internal: os_execute_is_told_what_to_use.lua:3: attempt to call a nil value (field 'execute')
-- error and:   there is no os.execute here: no programs are started from Lua: call a function of the registry
return os.execute("ls")
