-- expect: true
local quiet, limit = channel.new(), time.after("1ms")
return channel.select{quiet:case_receive(), limit:case_receive()}.channel == limit
