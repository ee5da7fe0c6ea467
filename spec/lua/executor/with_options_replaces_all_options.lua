-- expect: {unwrap = true}
return (funcs.new():with_options{timeout = 5}:with_options{unwrap = true}:call("spec:options"))
