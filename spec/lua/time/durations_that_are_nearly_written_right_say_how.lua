-- expect: true, true, true, true, true, "time.sleep: expected a duration: nanoseconds, a text such as \"1h30m\", or a Duration"
local function says(text, meant)
  local _, err = time.sleep(text)
  local message = 'time.sleep: expected a duration: nanoseconds, a text such as "1h30m", or a Duration: did you mean "' .. meant .. '"?'
  return err:message() == message or err:message()
end
local _, far = time.sleep("soon")
return says("1 s", "1s"), says("2 minutes", "2m"), says("1,5S", "1.5s"), says("10msec", "10ms"), says("1 hour 30 min", "1h30m"), far:message()
