-- expect: nil, "Invalid", nil, "Invalid"
local r, err = uuid.version("nope")
local s, err2 = uuid.version(4)
return r, err:kind(), s, err2:kind()
