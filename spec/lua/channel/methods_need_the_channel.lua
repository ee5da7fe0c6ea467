-- error: Internal: channel expected
channel.new().receive({})
