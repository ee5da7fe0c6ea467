-- expect: nil, "Internal", true
local r, err = yaml.decode("a: 1\n---\nb: 2\n")
return r, err:kind(), err:message():find("only one can be decoded", 1, true) ~= nil
