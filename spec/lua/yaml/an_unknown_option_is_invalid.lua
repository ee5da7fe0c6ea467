-- expect: nil, "Invalid", "yaml.encode: unknown option 'indent': known are field_order, sort_unordered"
local r, err = yaml.encode({}, {indent = 4})
return r, err:kind(), err:message()
