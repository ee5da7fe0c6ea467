-- expect: {}
funcs.new():with_options{timeout = 5}:call("spec:noop")
return (funcs.call("spec:options"))
