-- error: Internal: bad argument #1 to 'with' (policy expected, got string)
security.new_scope():with("app:policy")
