-- expect: nil, "Unavailable"
local executor, err = funcs.new():with_options{network = "overlay"}
return executor, err:kind()
