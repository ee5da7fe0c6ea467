-- expect: {user = "al"}
return (funcs.new():with_context{user = "al"}:async("spec:context"):response():receive():data())
