-- error is: Internal: os_exit_is_told_what_to_use.lua:3: attempt to call a nil value (field 'exit')
-- error and:   there is no os.exit here: the main chunk of a script returns its exit code: return 3; an error ends it with 1
os.exit(1)
