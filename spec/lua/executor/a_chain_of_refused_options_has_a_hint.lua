-- error is: Internal: a_chain_of_refused_options_has_a_hint.lua:5: attempt to index a nil value
-- error and:   with_options gave nil; its second value, an error, says why: local value, err = …:with_options(…)
-- error and:   here it says: timeout: expected milliseconds above 0, or a duration such as "1.5s"
-- line: 5
return funcs.new():with_options{timeout = 0}:call("t:f", {1, 2})
