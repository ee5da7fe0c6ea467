-- expect: false, "Unavailable", "a string of 120000 bytes exceeds the limit of 100000 bytes"
-- limits: stringLength=100000
local ok, err = pcall(function() local s = ("x"):rep(60000) return s .. s end)
return ok, err:kind(), err:message()
