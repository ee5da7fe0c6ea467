-- expect: "integer", "float", "float", "float", "userdata"
local t = json.decode("[1, 1.0, 1e2, 2147483648, 9007199254740993]")
return math.type(t[1]), math.type(t[2]), math.type(t[3]), math.type(t[4]), type(t[5])
