-- expect: false
return funcs.async("spec:noop"):is_canceled()
