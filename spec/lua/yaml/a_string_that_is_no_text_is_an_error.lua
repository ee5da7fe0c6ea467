-- expect: nil, "Internal", "yaml.encode: a[1]: cannot be written: a string that is not valid UTF-8"
local r, err = yaml.encode{a = {"\255"}}
return r, err:kind(), err:message()
