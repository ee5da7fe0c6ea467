-- expect: nil, "Internal", "yaml.decode: line 2, column 1: key \"a\" is given twice"
local r, err = yaml.decode("a: 1\na: 2")
return r, err:kind(), err:message()
