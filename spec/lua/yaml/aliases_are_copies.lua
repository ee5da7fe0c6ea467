-- expect: 1, 2
local t = yaml.decode("a: &x [1]\nb: *x")
t.b[1] = 2
return t.a[1], t.b[1]
