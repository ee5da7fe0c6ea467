-- expect: "a", "b"
local ch = channel.new(2)
ch:send("a") ch:send("b")
ch:close()
return (ch:receive()), (ch:receive())
