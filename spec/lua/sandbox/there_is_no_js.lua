-- expect: "nil", true
return type(js), not pcall(require, "js")
