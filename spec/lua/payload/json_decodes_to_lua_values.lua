-- expect: {a = 1}, "golang/any"
local p = payload.new({a = 1}):transcode(payload.format.JSON):transcode(payload.format.GOLANG)
return p:data(), p:get_format()
