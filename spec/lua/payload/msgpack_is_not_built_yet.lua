-- expect: nil, "Internal", "payload: lua/any cannot become application/msgpack: this format is not built yet"
local r, err = payload.new(1):transcode(payload.format.MSGPACK)
return r, err:kind(), err:message()
