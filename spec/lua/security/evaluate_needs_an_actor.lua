-- error: Internal: (actor expected, got string)
security.new_scope():evaluate("u", "read", "x")
