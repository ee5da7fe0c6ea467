-- error is: Internal: a_function_that_is_like_no_other_has_no_hint.lua:2: attempt to call a nil value (field 'launch')
return (funcs.launch("t:f"))
