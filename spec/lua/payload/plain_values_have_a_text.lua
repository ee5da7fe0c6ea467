-- expect: "x", "7", "7.0", "true", "late"
local function text(v) return payload.new(v):transcode(payload.format.STRING):data() end
return text("x"), text(7), text(7.0), text(true), text(errors.new("late"))
