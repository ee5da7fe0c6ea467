-- expect: "3"
return tostring(setmetatable({}, {__tostring = function() return tostring((funcs.call("spec:add", 1, 2))) end}))
