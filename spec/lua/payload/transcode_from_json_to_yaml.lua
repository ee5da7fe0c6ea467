-- expect: "application/octet-stream", "a: 1\n"
local p = payload.new({a = 1}):transcode(payload.format.JSON):transcode(payload.format.YAML):transcode(payload.format.BYTES)
return p:get_format(), p:data()
