-- expect: 100000
-- limits: stringLength=100000
local s = ("x"):rep(50000)
return #(s .. s)
