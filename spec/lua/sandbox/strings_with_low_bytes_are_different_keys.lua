-- expect: 1, 2
local t = {}
t["\x01\x23"] = 1
t["\x12\x03"] = 2
return t["\x01\x23"], t["\x12\x03"]
