-- expect: true, true, false, true
local a = int64.new(5)
return a < 6, 5 <= a, a > 5, a >= int64.new(5)
