-- expect: nil, "Invalid", true
local ch, err = time.after("soon")
return ch, err:kind(), err:message():find("time.after: duration must be > 0", 1, true) ~= nil
