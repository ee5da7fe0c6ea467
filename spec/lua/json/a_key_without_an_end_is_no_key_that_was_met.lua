-- expect: nil, "json.decode: line 1, column 11: expected a string that ends, got \"\\\"\""
local value, err = json.decode('[{"a":1},{"ab')
return value, err:message()
