-- expect: 1
local e = errors.new("m")
local t = {[e] = 1}
return t[(funcs.call("lua:echo", e))]
