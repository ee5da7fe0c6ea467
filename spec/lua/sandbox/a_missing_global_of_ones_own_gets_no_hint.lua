-- error is: Internal: a_missing_global_of_ones_own_gets_no_hint.lua:2: attempt to call a nil value (global 'mine')
mine()
