-- expect: nil, "Invalid"
local value, err = funcs.call("lua:echo", channel.new())
return value, err:kind()
