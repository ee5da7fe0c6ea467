-- error: Internal: bad argument #2 to 'new_actor' (table expected, got number)
security.new_actor("u", 7)
