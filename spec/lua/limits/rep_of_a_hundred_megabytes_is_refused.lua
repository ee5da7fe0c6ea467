-- expect: false, "Unavailable"
local ok, err = pcall(string.rep, "x", 100000000)
return ok, err:kind()
