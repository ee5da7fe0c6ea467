-- expect: nil, nil, nil, 2
local t = yaml.decode("a: ~\nb: null\nc:\nd: 2")
return t.a, t.b, t.c, t.d
