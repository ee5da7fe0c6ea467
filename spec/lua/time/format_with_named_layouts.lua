-- expect: "2024-07-04T09:05:06Z", "2024-07-04T09:05:06.07Z", "04 Jul 24 09:05 UTC", "04 Jul 24 09:05 +0000", "Thursday, 04-Jul-24 09:05:06 UTC", "Thu, 04 Jul 2024 09:05:06 UTC", "Thu, 04 Jul 2024 09:05:06 +0000", "9:05AM", "Jul  4 09:05:06", "Jul  4 09:05:06.070", "Jul  4 09:05:06.070000", "Jul  4 09:05:06.070000000", "2024-07-04 09:05:06", "2024-07-04", "09:05:06"
local t = time.date(2024, 7, 4, 9, 5, 6, 70000000, time.utc)
local texts = {}
for _, name in ipairs{"RFC3339", "RFC3339NANO", "RFC822", "RFC822Z", "RFC850", "RFC1123", "RFC1123Z", "KITCHEN",
  "STAMP", "STAMP_MILLI", "STAMP_MICRO", "STAMP_NANO", "DATE_TIME", "DATE_ONLY", "TIME_ONLY"} do
  texts[#texts + 1] = t:format(time[name])
end
return table.unpack(texts)
