-- expect: "nil", true
return type(loadfile), not pcall(require, "loadfile")
