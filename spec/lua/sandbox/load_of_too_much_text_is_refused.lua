-- expect: false, true
-- limits: sourceBytes=1000
local ok, err = pcall(load, ("x = 1 "):rep(200))
return ok, err:find("more than 1000 bytes", 1, true) ~= nil
