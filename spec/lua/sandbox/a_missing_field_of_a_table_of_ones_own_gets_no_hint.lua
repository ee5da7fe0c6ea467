-- error is: Internal: a_missing_field_of_a_table_of_ones_own_gets_no_hint.lua:3: attempt to call a nil value (field 'exit')
local mine = {}
mine.exit(1)
