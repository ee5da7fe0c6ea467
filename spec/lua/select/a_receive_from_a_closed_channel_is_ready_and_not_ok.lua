-- expect: true, nil, false
local ch = channel.new()
ch:close()
local result = channel.select{ch:case_receive()}
return result.channel == ch, result.value, result.ok
