-- error: Internal: channel.select: entry 1 is not a case, got nil
channel.select{nil, channel.new():case_receive()}
