-- expect: "nil", true
return type(debug), not pcall(require, "debug")
