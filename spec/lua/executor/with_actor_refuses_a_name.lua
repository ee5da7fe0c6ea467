-- error: Internal: actor expected, got string
funcs.new():with_actor("al")
