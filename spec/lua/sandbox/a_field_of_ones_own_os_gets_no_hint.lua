-- error is: Internal: a_field_of_ones_own_os_gets_no_hint.lua:3: attempt to call a nil value (field 'exit')
local mine = {os = {}}
mine.os.exit(1)
