-- expect: true, true
local ch = channel.new(2)
local t, f = {}, function() end
ch:send(t) ch:send(f)
return rawequal(ch:receive(), t), rawequal(ch:receive(), f)
