-- error: Internal: all tasks are asleep
pcall(function() channel.new():receive() end)
return "not reached"
