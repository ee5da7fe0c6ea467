-- expect: true, true
return require("silent"), require("silent")
