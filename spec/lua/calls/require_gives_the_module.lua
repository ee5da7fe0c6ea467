-- expect: 13, true
local funcs2 = require("funcs")
return (funcs2.call("spec:add", 6, 7)), funcs2 == funcs
