-- expect: {a = 1}
return (funcs.new():with_context{a = 1}:with_options{timeout = 500}:call("spec:context"))
