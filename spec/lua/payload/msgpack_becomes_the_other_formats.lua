-- expect: "{\"a\":[1,2]}", "a:\n  - 1\n  - 2\n", 2
local packed = payload.new({a = {1, 2}}):transcode(payload.format.MSGPACK)
local text = packed:transcode(payload.format.JSON):transcode(payload.format.STRING):data()
local yaml_text = packed:transcode(payload.format.YAML):transcode(payload.format.STRING):data()
return text, yaml_text, packed:transcode(payload.format.LUA):data().a[2]
