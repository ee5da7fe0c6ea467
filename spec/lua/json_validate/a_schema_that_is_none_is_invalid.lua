-- expect: "", "json.validate: the schema is none: type: there is no type \"strnig\""
local schemas = {5, {type = 5}, {required = "a"}, {properties = {1}}, {["$ref"] = "#/$defs/none"}, {["$ref"] = "http://x/y"},
  {["$ref"] = "#"}, {minimum = "1"}, {properties = {a = {pattern = "("}}}, "{", '"x"', {allOf = {5}}, {f = print}}
local wrong = {}
for i, schema in ipairs(schemas) do
  local ok, err = json.validate(schema, {a = "x"})
  if ok ~= false or err:kind() ~= "Invalid" then wrong[#wrong + 1] = tostring(i) end
end
return table.concat(wrong, " "), select(2, json.validate({type = "strnig"}, 1)):message()
