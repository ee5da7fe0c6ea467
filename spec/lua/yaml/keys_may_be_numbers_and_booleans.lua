-- expect: "one", "half", "yes"
local t = yaml.decode("1: one\n0.5: half\ntrue: yes")
return t[1], t[0.5], t[true]
