-- error: Internal: resource expected, got number
local counter = funcs.call('spec:new_counter')
counter.increment(5)
