-- error is: Internal: a_local_of_refused_options_has_a_hint.lua:5: attempt to index a nil value (local 'calls')
-- error and:   with_options gave nil; its second value, an error, says why: local value, err = …:with_options(…)
-- line: 5
local calls = funcs.new():with_context{a = 1}:with_options({timeout = -1})
return calls:call("t:f")
