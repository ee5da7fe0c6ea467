-- expect: "-4", "1", "-4", "-1"
local a = int64.new(-7)
return tostring(a // 2), tostring(a % 2), tostring(int64.new(7) // -2), tostring(int64.new(7) % -2)
