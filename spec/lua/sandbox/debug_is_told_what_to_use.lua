-- error is: Internal: debug_is_told_what_to_use.lua:3: attempt to index a nil value (global 'debug')
-- error and:   there is no debug here: an error object has its stack: err:stack(), errors.call_stack(err)
print(debug.traceback())
