-- expect: nil, "Invalid", 0
local r, err = registry.find({["~meta.comment"] = ("x"):rep(1001)})
return r, err:kind(), #registry.find({["~meta.comment"] = ("x"):rep(1000)})
