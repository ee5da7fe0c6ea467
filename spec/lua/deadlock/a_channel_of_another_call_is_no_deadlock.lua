-- expect: 7
local future = funcs.async("lua:shared_channel")
funcs.call("lua:shared_channel", 7)
return (future:response():receive():data())
