-- expect: 3
return (funcs.call("spec:count", nil, 1, nil))
