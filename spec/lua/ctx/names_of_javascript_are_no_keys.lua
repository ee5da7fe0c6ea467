-- expect: "NotFound", "NotFound"
local _, first = ctx.get("constructor")
local _, second = ctx.get("__proto__")
return first:kind(), second:kind()
