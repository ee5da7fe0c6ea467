-- expect: {1, 3, 4}, 2
local t = json.decode("[1, 2, 3]")
table.remove(t, 2)
t[#t + 1] = 4
local count = 0
local o = json.decode([[{"a": 1, "b": 2, "c": 3}]])
o.b = nil
for _ in pairs(o) do count = count + 1 end
return t, count
