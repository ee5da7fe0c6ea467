-- error: Internal: all tasks are asleep
local ticker = time.ticker("1h")
channel.new():receive()
