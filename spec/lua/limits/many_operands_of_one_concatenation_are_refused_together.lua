-- expect: false, "Unavailable"
-- limits: stringLength=4000000
local s = ("x"):rep(1000000)
local ok, err = pcall(function() return s .. s .. s .. s .. s .. s .. s .. s end)
return ok, err:kind()
