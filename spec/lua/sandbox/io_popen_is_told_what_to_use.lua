-- error is: Internal: io_popen_is_told_what_to_use.lua:3: attempt to index a nil value (global 'io')
-- error and:   there is no io.popen here: no programs are started from Lua: call a function of the registry
return io.popen("ls")
