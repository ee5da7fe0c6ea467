-- expect: nil, "Internal", nil, "Internal"
local r, e1 = payload.new({1}):transcode(payload.format.STRING)
local s, e2 = payload.new(nil):transcode(payload.format.BYTES)
return r, e1:kind(), s, e2:kind()
