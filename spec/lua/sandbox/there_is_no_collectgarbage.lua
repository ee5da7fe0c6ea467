-- expect: "nil", true
return type(collectgarbage), not pcall(require, "collectgarbage")
