-- error: Internal: a_nil_of_another_method_has_no_hint_of_options.lua:3: attempt to index a nil value
local builder = {with_nothing = function() return nil end}
return builder:with_nothing{timeout = 0}:call("t:f")
