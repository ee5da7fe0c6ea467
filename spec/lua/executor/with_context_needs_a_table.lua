-- error: Internal: bad argument #1 to 'with_context' (table expected, got nil)
funcs.new():with_context(nil)
