-- expect: "payload{format=lua/any}", nil
local payload = funcs.async("lua:nothing"):response():receive()
return tostring(payload), payload:data()
