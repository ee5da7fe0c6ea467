return (funcs.call("spec:later", 5))
