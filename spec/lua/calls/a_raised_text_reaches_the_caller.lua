-- expect: nil, true, true
local r, err = funcs.call("lua:raises_text")
return r, err:message():find("text raised", 1, true) ~= nil, err:stack():find("lua:raises_text:2:", 1, true) == 1
