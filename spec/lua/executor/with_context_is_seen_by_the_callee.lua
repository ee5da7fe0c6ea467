-- expect: {user = "al", n = 1}
return (funcs.new():with_context{user = "al", n = 1}:call("spec:context"))
