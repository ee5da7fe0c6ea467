-- error is: Internal: a_local_of_refused_options_has_a_hint.lua:6: attempt to index a nil value (local 'calls')
-- error and:   with_options gave nil; its second value, an error, says why: local value, err = …:with_options(…)
-- error and:   here it says: timeout: expected milliseconds above 0, or a duration such as "1.5s"
-- line: 6
local calls = funcs.new():with_context{a = 1}:with_options({timeout = -1})
return calls:call("t:f")
