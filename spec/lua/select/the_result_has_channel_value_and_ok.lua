-- expect: true, "v", true, nil
local ch = channel.new(1)
ch:send("v")
local result = channel.select{ch:case_receive()}
return result.channel == ch, result.value, result.ok, result.default
