-- expect: 7, true, true, "cat", 9, true
local mt = {}
local function object(n) return setmetatable({n = n}, mt) end
mt.__add = function(a, b) return (funcs.call("spec:add_later", a.n, b.n)) end
mt.__lt = function(a, b) return (funcs.call("spec:later", a.n)) < b.n end
mt.__le = function(a, b) return (funcs.call("spec:later", a.n)) <= b.n end
mt.__eq = function(a, b) return (funcs.call("spec:later", a.n)) == b.n end
mt.__concat = function() return (funcs.call("spec:later", "cat")) end
mt.__len = function() return (funcs.call("spec:later", 9)) end
return object(3) + object(4), object(1) < object(2), object(1) <= object(1), object(1) .. "x", #object(0), object(5) == object(5)
