-- expect: true, "v", true, "v"
local ch = channel.new(1)
local result = channel.select{ch:case_send("v")}
return result.channel == ch, result.value, result.ok, (ch:receive())
