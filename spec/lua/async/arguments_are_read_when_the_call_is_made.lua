-- expect: {1}
local t = {1}
local future = funcs.async("spec:later", t)
t[1] = 2
return (future:response():receive():data())
