-- error: Internal: security.new_scope: policies: expected policies, and none can be made yet
security.new_scope({"app:policy"})
