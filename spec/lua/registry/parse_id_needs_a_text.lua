-- error: Internal: bad argument #1 to 'parse_id'
registry.parse_id({})
