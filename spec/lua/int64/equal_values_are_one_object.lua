-- expect: true, 1, true
local a, b = int64.parse("9223372036854775807"), int64.new("9223372036854775806") + 1
local t = {[a] = 1}
return a == b, t[b], rawequal(a, b)
