-- expect: {default = true, ok = true}
return channel.select{channel.new():case_receive(), default = true}
