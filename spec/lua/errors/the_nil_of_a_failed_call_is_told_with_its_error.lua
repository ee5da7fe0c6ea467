-- error is: Internal: the_nil_of_a_failed_call_is_told_with_its_error.lua:7: attempt to index a nil value (local 'r')
-- error and:   funcs.call gave nil; its second value, an error, says why: local value, err = funcs.call(…)
-- error and:   here it says: no handler registered for target t:nope
-- line: 7
local r = funcs.call("t:nope")
print("then")
print(r.x)
