-- expect: {'PermissionDenied: not allowed: funcs.context on "context"', 'PermissionDenied: not allowed: funcs.security on "security"', 'PermissionDenied: not allowed: funcs.security on "security"', "PermissionDenied: not allowed: spec:noop", "PermissionDenied: not allowed: spec:noop", "PermissionDenied: not allowed: spec:noop"}
local executor = funcs.new():with_actor(security.new_actor("al")):with_scope(security.new_scope())
return (executor:call("lua:denied"))
