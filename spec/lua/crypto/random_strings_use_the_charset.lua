-- expect: "aaaaa", true, true
local s = crypto.random.string(1000, "xyz")
return (crypto.random.string(5, "a")), s:find("^[xyz]+$") == 1, s:find("x") and s:find("y") and s:find("z") and true
