-- error: Internal: (actor expected, got userdata)
local actor, scope = security.new_actor("u"), security.new_scope()
actor.id(scope)
