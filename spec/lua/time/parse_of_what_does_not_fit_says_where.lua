-- expect: "parsing time \"2024-13-01\" as \"2006-01-02\": month out of range", "parsing time \"2024-02-30\" as \"2006-01-02\": day out of range", "parsing time \"2024/01/01\" as \"2006-01-02\": cannot parse \"/01/01\" as \"-\"", "parsing time \"24-01-01\" as \"2006-01-02\": cannot parse \"24-01-01\" as \"2006\"", "parsing time \"2024-01-01 x\" as \"2006-01-02\": extra text: \" x\"", "parsing time \"25:00\" as \"15:04\": hour out of range", "parsing time \"2023-366\" as \"2006-002\": day-of-year out of range"
local function why(layout, text)
  local t, err = time.parse(layout, text, time.utc)
  return t == nil and err:kind() == errors.INVALID and err:message()
end
return why(time.DATE_ONLY, "2024-13-01"), why(time.DATE_ONLY, "2024-02-30"), why(time.DATE_ONLY, "2024/01/01"),
  why(time.DATE_ONLY, "24-01-01"), why(time.DATE_ONLY, "2024-01-01 x"), why("15:04", "25:00"), why("2006-002", "2023-366")
