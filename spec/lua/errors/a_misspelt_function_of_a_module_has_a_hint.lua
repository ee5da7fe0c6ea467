-- error is: Internal: a_misspelt_function_of_a_module_has_a_hint.lua:3: attempt to call a nil value (field 'cal')
-- error and:   there is no cal: did you mean call?
return (funcs.cal("t:f"))
