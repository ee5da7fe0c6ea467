-- expect: {answer = 42, list = {1, 2}, name = "al", on = true, ratio = 1.5}
return (funcs.new():with_context{name = "al", answer = 42, ratio = 1.5, on = true, list = {1, 2}}:call("lua:context"))
