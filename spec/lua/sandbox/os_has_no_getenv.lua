-- expect: "nil"
return type(os.getenv)
