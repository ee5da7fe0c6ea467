-- expect: nil, "Internal", true
local r, err = yaml.encode{a = {print}}
return r, err:kind(), err:message():find("yaml.encode: a[1]: expected a plain value", 1, true) == 1
