-- expect: "1h30m0s", "-1h30m0s", "1.5µs", "20ms", "0s", "1ns", "2h0m0.5s"
local function shown(v) return tostring(time.parse_duration(v)) end
return shown("1h30m"), shown("-1.5h"), shown("1.5us"), shown("20ms"), shown("0"), shown(1), shown("2h500ms")
