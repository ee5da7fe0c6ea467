-- expect: nil, "Internal"
local r, err = payload.new(1):transcode("text/html")
return r, err:kind()
