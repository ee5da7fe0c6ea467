-- expect: false, "not a position", false, "assertion failed!", false, {1}
local a, b = pcall(assert, false, "not a position")
local c, d = pcall(assert, nil)
local e, f = pcall(assert, false, {1})
return a, b, c, d, e, f
