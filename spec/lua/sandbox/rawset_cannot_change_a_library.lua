-- expect: false, false, "nil"
return (pcall(rawset, string, "x", 1)), (pcall(rawset, string, "format", 1)), type(string.x)
