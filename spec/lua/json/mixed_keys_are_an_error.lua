-- expect: nil, "Internal", true
local r, err = json.encode{1, a = 2}
return r, err:kind(), err:message():find("mixes names and indexes", 1, true) ~= nil
