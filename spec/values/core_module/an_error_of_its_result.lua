-- expect: {err = "too old"}
return (funcs.call("strings:older", {name = "A", age = 150, role = "guest", tags = {}}, 100))
