-- expect: true
local t = time.date(2024, 7, 4, 19, 5, 6, 70000000, time.load_location("America/New_York"))
for _, name in ipairs{"RFC3339NANO", "RFC1123", "RFC1123Z", "RFC822", "RFC822Z", "RFC850", "DATE_TIME", "STAMP_NANO"} do
  local text = t:format(time[name])
  local back, err = time.parse(time[name], text, t:location())
  if err or back:format(time[name]) ~= text then return name, text, err or tostring(back) end
end
return true
