-- expect: 1, true, 1
local a = require("counter")
local b = require("counter")
return a.loads, a == b, loads
