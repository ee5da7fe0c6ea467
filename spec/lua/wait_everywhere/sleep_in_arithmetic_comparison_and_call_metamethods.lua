-- expect: 3, true, "called", "ab"
local meta = {}
local function box(v) return setmetatable({v = v}, meta) end
meta.__add = function(a, b) time.sleep("100us") return a.v + b.v end
meta.__lt = function(a, b) time.sleep("100us") return a.v < b.v end
meta.__call = function() time.sleep("100us") return "called" end
meta.__concat = function(a, b) time.sleep("100us") return a.v .. b.v end
return box(1) + box(2), box(1) < box(2), box(0)(), box("a") .. box("b")
