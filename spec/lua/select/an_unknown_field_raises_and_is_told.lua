-- error: Internal: channel.select: unknown field 'defualt': did you mean 'default'?
channel.select{channel.new():case_receive(), defualt = true}
