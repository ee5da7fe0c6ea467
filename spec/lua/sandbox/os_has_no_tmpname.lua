-- expect: "nil"
return type(os.tmpname)
