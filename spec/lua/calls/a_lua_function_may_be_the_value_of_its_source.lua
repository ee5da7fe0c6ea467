-- expect: 3
return (funcs.call("lua:bare", 1, nil, nil))
