-- expect: "nil", true
return type(io), not pcall(require, "io")
