-- expect: "nil", true
return type(package), not pcall(require, "package")
