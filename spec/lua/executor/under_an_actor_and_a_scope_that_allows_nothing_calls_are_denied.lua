-- expect: "not allowed: spec:noop"
local executor = funcs.new():with_actor(security.new_actor("al")):with_scope(security.new_scope())
return executor:call("lua:calls_out")[2]
