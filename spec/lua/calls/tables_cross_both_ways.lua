-- expect: {users = {{name = "Al", tags = {"a", "b"}, active = true}}, n = 1.5}
return (funcs.call("spec:echo", {users = {{name = "Al", tags = {"a", "b"}, active = true}}, n = 1.5}))
