-- expect: nil, "Invalid", "unknown option 'timout': did you mean 'timeout'?"
local r, err = funcs.new():with_options{timout = 1}
return r, err:kind(), err:message()
