-- expect: "nil"
return type(os.execute)
