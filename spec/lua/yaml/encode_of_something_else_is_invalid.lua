-- expect: nil, "Invalid", "yaml.encode: argument 1: expected a table"
local r, err = yaml.encode("x")
return r, err:kind(), err:message()
