-- expect: "nil"
return type(os.setlocale)
