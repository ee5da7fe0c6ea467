-- expect: {}
return (funcs.new():with_options{priority = 3}:call("spec:options"))
