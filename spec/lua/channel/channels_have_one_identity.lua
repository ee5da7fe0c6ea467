-- expect: true, false, "found", "userdata"
local ch = channel.new()
return ch == ch, ch == channel.new(), ({[ch] = "found"})[ch], type(ch)
