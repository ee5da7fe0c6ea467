-- expect: {a = 1}
local t = setmetatable({}, {__pairs = function() return next, (funcs.call("spec:later", {a = 1})), nil end})
local seen = {}
for k, v in pairs(t) do seen[k] = v end
return seen
