-- expect: false, "Unavailable", 0
-- limits: stringLength=1000
local ok, err = pcall(function() local s = ("x"):rep(600) return s .. s end)
return ok, err:kind(), 0
