-- expect: "Janet has Money, Jan Monday-like", "_2024"
local t = time.date(2024, 1, 1, 0, 0, 0, 0, time.utc)
return t:format("Janet has Money, Jan Monday-like"), t:format("_2006")
