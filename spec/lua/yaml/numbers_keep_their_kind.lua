-- expect: "integer", "float", "integer", "userdata", "9007199254740993", true
local t = yaml.decode("- 1\n- 1.0\n- 0x10\n- 9007199254740993\n- .inf")
return math.type(t[1]), math.type(t[2]), math.type(t[3]), type(t[4]), tostring(t[4]), t[5] == math.huge
