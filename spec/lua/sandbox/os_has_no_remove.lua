-- expect: "nil"
return type(os.remove)
