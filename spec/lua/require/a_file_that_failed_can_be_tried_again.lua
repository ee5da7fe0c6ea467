-- expect: false, "ok"
fail = true
local first = pcall(require, "sometimes")
fail = false
return first, require("sometimes")
