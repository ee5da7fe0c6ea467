-- expect: {a = {1, 2.5, "x", true}, b = {c = "d"}}, nil
return yaml.decode("a: [1, 2.5, x, true]\nb:\n  c: d\n")
