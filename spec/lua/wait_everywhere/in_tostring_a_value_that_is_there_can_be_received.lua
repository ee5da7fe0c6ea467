-- expect: "there"
local ch = channel.new(1)
ch:send("there")
return tostring(setmetatable({}, {__tostring = function() return (ch:receive()) end}))
