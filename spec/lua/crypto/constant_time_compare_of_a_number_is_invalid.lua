-- expect: nil, "Invalid"
local r, err = crypto.constant_time_compare("1", 1)
return r, err:kind()
