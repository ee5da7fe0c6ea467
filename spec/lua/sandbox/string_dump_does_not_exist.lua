-- expect: "nil"
return type(string.dump)
