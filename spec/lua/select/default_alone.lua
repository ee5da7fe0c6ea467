-- expect: {default = true, ok = true}
return channel.select{default = true}
