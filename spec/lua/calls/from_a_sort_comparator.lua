-- expect: {1, 2, 3, 4, 5}
local t = {4, 1, 5, 3, 2}
table.sort(t, function(a, b) return (funcs.call("spec:later", a)) < b end)
return t
