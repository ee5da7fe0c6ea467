-- expect: "nil", true
return type(dofile), not pcall(require, "dofile")
