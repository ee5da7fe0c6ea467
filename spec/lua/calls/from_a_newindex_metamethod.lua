-- expect: {k = "v"}
local seen = {}
local t = setmetatable({}, {__newindex = function(_, key, value) seen[key] = (funcs.call("spec:later", value)) end})
t.k = "v"
return seen
