-- expect: "a m", "m b", "mm", "m1"
local e = errors.new("m")
return "a " .. e, e .. " b", e .. e, e .. 1
