-- expect: nil, "Invalid", true
local t = {}
t.me = t
local r, err = funcs.call("spec:echo", t)
return r, err:kind(), err:message():find("contains itself", 1, true) ~= nil
