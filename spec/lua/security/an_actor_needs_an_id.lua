-- error: Internal: security.new_actor: expected an ID that is not empty, in UTF-8
security.new_actor("")
