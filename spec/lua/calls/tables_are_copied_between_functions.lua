-- expect: false, {1}
local t = {1}
local r = funcs.call("lua:echo", t)
return r == t, r
