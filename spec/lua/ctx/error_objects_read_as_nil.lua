-- expect: {kept = 1}
return (funcs.new():with_context{kept = 1, lost = errors.new("x")}:call("lua:context"))
