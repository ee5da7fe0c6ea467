-- error: Internal: error or string expected, got number
errors.wrap(1, "x")
