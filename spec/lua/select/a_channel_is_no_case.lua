-- error: Internal: channel.select: entry 1 is not a case, got channel:
channel.select{channel.new()}
