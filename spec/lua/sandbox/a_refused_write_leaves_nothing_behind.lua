-- expect: nil, 0
pcall(rawset, string, "mine", 1)
local count = 0
for name in pairs(string) do if name == "mine" then count = count + 1 end end
return string.mine, count
