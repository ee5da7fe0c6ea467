-- expect: {id = "bob", same = false, can = false}, nil
return (funcs.call("spec:as_bob", "lua:who_is_called")), (funcs.call("lua:who"))
