-- expect: "u1", {team = "core", roles = {"a"}}, "u2", {}, "actor{u1}"
local actor = security.new_actor("u1", {team = "core", roles = {"a"}})
local bare = security.new_actor("u2")
return actor:id(), actor:meta(), bare:id(), bare:meta(), tostring(actor)
