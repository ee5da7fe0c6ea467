-- expect: nil, true, nil, true
local ch = channel.new(1)
local result = channel.select{ch:case_send(nil)}
local value, ok = ch:receive()
return result.value, result.ok, value, ok
