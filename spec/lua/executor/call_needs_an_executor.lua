-- error: Internal: executor expected, got string
funcs.new().call('spec:noop')
