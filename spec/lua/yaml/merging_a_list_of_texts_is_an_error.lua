-- expect: nil, "Internal", "yaml.decode: line 1, column 1: << takes a map, or a list of maps"
local r, err = yaml.decode("<<: [a]")
return r, err:kind(), err:message()
