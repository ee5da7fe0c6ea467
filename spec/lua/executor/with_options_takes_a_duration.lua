-- expect: {timeoutMs = 90500}
return (funcs.new():with_options{timeout = "1m30.5s"}:call("spec:options"))
