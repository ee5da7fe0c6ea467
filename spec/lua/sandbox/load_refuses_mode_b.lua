-- expect: nil, "attempt to load a text chunk (mode is 'b')"
return load("return 1", "x", "b")
