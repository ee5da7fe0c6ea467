-- error: Internal: attempt to call a nil value (method 'decrement')
local counter = funcs.call('spec:new_counter')
counter:decrement()
