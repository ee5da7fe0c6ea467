-- expect: nil, "NotFound", "unknown time zone Nowhere/Land", "NotFound", "NotFound"
local location, err = time.load_location("Nowhere/Land")
local _, path = time.load_location("../etc/passwd")
local _, offset = time.load_location("+01:00")
return location, err:kind(), err:message(), path:kind(), offset:kind()
