-- error: Internal: scope expected, got table
funcs.new():with_scope({})
