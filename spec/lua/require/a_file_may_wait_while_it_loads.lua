-- expect: 5
return require("waiting")
