-- expect: nil, "NotFound", true
local r, err = funcs.call("spec:nope")
return r, err:kind(), err:message():find("no handler registered for target", 1, true) ~= nil
