-- expect: {a = {1, true}}, "a:\n  - 1\n  - true\n"
local p = payload.new({a = {1, true}}):transcode(payload.format.YAML)
return p:data(), (p:transcode(payload.format.BYTES)):data()
