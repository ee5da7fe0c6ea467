-- expect: true
local a = int64.parse("9223372036854775807")
return funcs.call("lua:echo", a) == a
