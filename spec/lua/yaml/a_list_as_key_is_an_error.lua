-- expect: nil, "Internal", "yaml.decode: line 1, column 3: a key must be text, a number or a boolean"
local r, err = yaml.decode("? [a]\n: 1")
return r, err:kind(), err:message()
