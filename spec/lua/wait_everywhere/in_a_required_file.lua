-- expect: "loaded"
local m = require("sleeping")
return m
