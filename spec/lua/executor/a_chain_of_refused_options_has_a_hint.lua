-- error is: Internal: a_chain_of_refused_options_has_a_hint.lua:4: attempt to index a nil value
-- error and:   with_options gave nil; its second value, an error, says why: local value, err = …:with_options(…)
-- line: 4
return funcs.new():with_options{timeout = 0}:call("t:f", {1, 2})
