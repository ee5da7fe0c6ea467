-- expect: {1, 2, name = "x", [3.5] = true}
return (funcs.call("lua:echo", {1, 2, name = "x", [3.5] = true}))
