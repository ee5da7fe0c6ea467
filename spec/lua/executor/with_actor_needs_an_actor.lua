-- error: Internal: actor expected, got nil
funcs.new():with_actor(nil)
