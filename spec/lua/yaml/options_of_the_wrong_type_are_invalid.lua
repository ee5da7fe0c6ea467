-- expect: "Invalid", "Invalid", "Invalid", "Invalid"
local _, e1 = yaml.encode({}, "x")
local _, e2 = yaml.encode({}, {field_order = "id"})
local _, e3 = yaml.encode({}, {field_order = {1}})
local _, e4 = yaml.encode({}, {sort_unordered = 1})
return e1:kind(), e2:kind(), e3:kind(), e4:kind()
