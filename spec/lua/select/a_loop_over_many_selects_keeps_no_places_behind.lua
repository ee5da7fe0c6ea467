-- expect: 5000, {default = true, ok = true}
local quiet, busy = channel.new(), channel.new()
coroutine.spawn(function() for i = 1, 5000 do busy:send(i) end end)
local last
for _ = 1, 5000 do last = channel.select{quiet:case_receive(), busy:case_receive()}.value end
return last, channel.select({quiet:case_send(1)}, true)
