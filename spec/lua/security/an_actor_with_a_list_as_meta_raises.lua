-- error: Internal: security.new_actor: meta: expected a table whose keys are names
security.new_actor("u", {1})
