-- expect: nil, false, false
local base = funcs.new()
local actor, scope = base:with_actor(security.new_actor("al")), base:with_scope(security.new_scope())
return (base:call("spec:actor")), (base:call("spec:has_scope")), actor == base or scope == base or actor == scope
