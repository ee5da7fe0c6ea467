-- expect: "key", 3
local t = setmetatable({}, {__index = function(_, key) return (funcs.call("spec:later", key)) end})
return t.key, t[3]
