-- error: Internal: future expected, got table
funcs.async("spec:noop").result({})
