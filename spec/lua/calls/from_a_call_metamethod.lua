-- expect: 6
local f = setmetatable({}, {__call = function(_, x) return (funcs.call("spec:later", x)) end})
return f(6)
