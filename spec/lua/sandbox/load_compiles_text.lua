-- expect: 42
return load("return 6 * 7")()
