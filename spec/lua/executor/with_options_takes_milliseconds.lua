-- expect: {timeoutMs = 250, unwrap = true}
return (funcs.new():with_options{timeout = 250, unwrap = true}:call("spec:options"))
