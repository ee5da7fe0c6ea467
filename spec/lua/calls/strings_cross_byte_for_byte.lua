-- expect: true
local s = "\0\255\200 ok"
return funcs.call("lua:echo", s) == s
