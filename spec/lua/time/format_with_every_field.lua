-- expect: "January Jan 1 01", "Sunday Sun 7  7 07", "007   7", "15 3 03 4 04 5 05 PM pm", "2024 24"
local t = time.date(2024, 1, 7, 15, 4, 5, 0, time.utc)
return t:format("January Jan 1 01"), t:format("Monday Mon 2 _2 02"), t:format("002 __2"),
  t:format("15 3 03 4 04 5 05 PM pm"), t:format("2006 06")
