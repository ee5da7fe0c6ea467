-- expect: "+05:30 +0530 +05 +05:30:00 +053000", "+05:30 +0530 +05 +05:30:00 +053000", "Z Z Z Z Z", "-03:00 -0300"
local india, brazil = time.fixed_zone("", 19800), time.fixed_zone("X", -10800)
local t = time.date(2024, 1, 1, 0, 0, 0, 0, india)
return t:format("-07:00 -0700 -07 -07:00:00 -070000"), t:format("Z07:00 Z0700 Z07 Z07:00:00 Z070000"),
  t:utc():format("Z07:00 Z0700 Z07 Z07:00:00 Z070000"), t:in_location(brazil):format("-07:00 -0700")
