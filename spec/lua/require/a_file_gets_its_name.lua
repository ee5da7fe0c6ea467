-- expect: "named"
return require("named")
