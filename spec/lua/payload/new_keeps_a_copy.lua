-- expect: {1}, "lua/any", 1
local t = {1}
local p = payload.new(t)
t[1] = 2
local results = table.pack(p:data())
return p:data(), p:get_format(), results.n
