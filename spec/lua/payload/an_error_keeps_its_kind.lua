-- expect: "golang/error", "Timeout"
local p = payload.new(errors.new("Timeout", "late"))
return p:get_format(), p:data():kind()
