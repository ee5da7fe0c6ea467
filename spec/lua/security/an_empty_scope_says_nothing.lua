-- expect: {}, false, "undefined", true
local scope = security.new_scope()
local actor = security.new_actor("u")
return scope:policies(), scope:contains("app:policy"), scope:evaluate(actor, "read", "x", {owner = "u"}),
  scope:without("app:policy") == scope
