-- expect: {base = {a = 1, b = 2}, own = {a = 9, b = 2}}
return (yaml.decode("base: &x {a: 1, b: 2}\nown:\n  <<: *x\n  a: 9\n"))
