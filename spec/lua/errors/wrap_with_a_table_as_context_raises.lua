-- error: Internal: string or error expected
errors.wrap("m", {})
