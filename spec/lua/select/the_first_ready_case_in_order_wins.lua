-- expect: "a", "a", "b"
local a, b = channel.new(2), channel.new(2)
a:send("a") a:send("a") b:send("b")
local function next_value() return channel.select{a:case_receive(), b:case_receive()}.value end
return next_value(), next_value(), next_value()
