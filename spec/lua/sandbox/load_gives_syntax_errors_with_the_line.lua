-- expect: nil, "[string \"a = 1...\"]:2: syntax error near 'b'"
return load("a = 1\nb b")
