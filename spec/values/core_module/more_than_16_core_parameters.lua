-- expect: 136, "Bo"
local a = {name = "Al", age = 1, role = "guest", tags = {}}
local b = {name = "Bo", age = 2, role = "guest", tags = {}}
return (funcs.call("strings:sum17", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 0)), funcs.call("strings:elder", a, b, "n").name
