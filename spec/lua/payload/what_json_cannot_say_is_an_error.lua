-- expect: nil, "Internal", nil, "Internal"
local r, e1 = payload.new({1, a = 2}):transcode(payload.format.JSON)
local s, e2 = payload.new("\255"):transcode(payload.format.YAML)
return r, e1:kind(), s, e2:kind()
