-- expect: 5, 6
x = 5
load("x = x + 1")()
return 5, x
