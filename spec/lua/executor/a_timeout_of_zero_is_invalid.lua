-- expect: nil, "Invalid"
local r, err = funcs.new():with_options{timeout = 0}
return r, err:kind()
