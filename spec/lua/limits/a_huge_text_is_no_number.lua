-- expect: nil, false, 1
local s = ("1"):rep(10000000)
return tonumber(s), (pcall(function() return s + 1 end)), tonumber(("0"):rep(4095) .. "1")
