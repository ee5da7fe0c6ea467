-- expect: 78, 21
local months, days = 0, 0
for _, name in ipairs{"JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"} do
  months = months + time[name]
end
for _, name in ipairs{"SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"} do days = days + time[name] end
return months, days
