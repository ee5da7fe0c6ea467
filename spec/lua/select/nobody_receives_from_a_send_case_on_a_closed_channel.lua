-- expect: nil, false
local shut, open = channel.new(), channel.new()
shut:close()
coroutine.spawn(function() channel.select{shut:case_send("never"), open:case_receive()} end)
return shut:receive()
