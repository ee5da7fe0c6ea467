-- expect: "nil"
return type(os.exit)
