-- expect: "1709211845123456789", true
local nano = time.date(2024, 2, 29, 13, 4, 5, 123456789, time.utc):unix_nano()
return tostring(nano), int64.is(nano)
