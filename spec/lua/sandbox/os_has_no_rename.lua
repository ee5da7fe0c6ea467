-- expect: "nil"
return type(os.rename)
