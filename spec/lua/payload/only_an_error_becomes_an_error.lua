-- expect: nil, "Internal", "golang/error"
local r, err = payload.new("x"):transcode(payload.format.ERROR)
local p = payload.new(errors.new("x")):transcode(payload.format.GOLANG):transcode(payload.format.ERROR)
return r, err:kind(), p:get_format()
