-- expect: ""
local cases = {
  -- schema, a value that fits, one that does not
  {{type = "null"}, "null", "0"}, {{type = "boolean"}, "true", "1"}, {{type = "integer"}, "3.0", "3.5"}, {{type = "number"}, "3.5", '"3"'},
  {{type = "array"}, "[]", "{}"}, {{type = "object"}, "{}", "[]"}, {{type = {"string", "null"}}, "null", "1"},
  {{enum = {"a", 1, {1, 2}}}, "[1,2]", "[2,1]"}, {{const = {a = 1}}, '{"a":1.0}', '{"a":2}'},
  {{minimum = 2}, "2", "1"}, {{maximum = 2}, "2", "3"}, {{exclusiveMinimum = 2}, "2.5", "2"}, {{exclusiveMaximum = 2}, "1.5", "2"},
  {{multipleOf = 0.1}, "0.3", "0.35"}, {{minLength = 2}, '"öä"', '"ö"'}, {{maxLength = 2}, '"öä"', '"öäü"'}, {{pattern = "^a+$"}, '"aa"', '"ab"'},
  {{required = {"a"}}, '{"a":null}', "{}"}, {{minProperties = 1}, '{"a":1}', "{}"}, {{maxProperties = 1}, '{"a":1}', '{"a":1,"b":2}'},
  {{properties = {a = {type = "string"}}}, '{"b":1}', '{"a":1}'}, {{patternProperties = {["^x"] = false}}, '{"a":1}', '{"xa":1}'},
  {{properties = {a = true}, patternProperties = {["^x"] = true}, additionalProperties = false}, '{"a":1,"x1":2}', '{"b":1}'},
  {{additionalProperties = {type = "number"}}, '{"b":1}', '{"b":"1"}'}, {{propertyNames = {maxLength = 1}}, '{"a":1}', '{"ab":1}'},
  {{dependentRequired = {a = {"b"}}}, '{"a":1,"b":1}', '{"a":1}'}, {{dependentSchemas = {a = {required = {"b"}}}}, '{"b":1}', '{"a":1}'},
  {{items = {type = "number"}}, "[1,2]", '[1,"2"]'}, {{prefixItems = {{type = "string"}}, items = {type = "number"}}, '["a",1]', '["a","b"]'},
  {{items = {{type = "string"}}, additionalItems = false}, '["a"]', '["a",1]'}, {{contains = {const = 5}}, "[1,5]", "[1]"},
  {{contains = {const = 5}, minContains = 2}, "[5,5]", "[5]"}, {{contains = {const = 5}, maxContains = 1}, "[5]", "[5,5]"},
  {{minItems = 1}, "[1]", "[]"}, {{maxItems = 1}, "[1]", "[1,2]"}, {{uniqueItems = true}, '[1,"1",{"a":1}]', '[{"a":1,"b":2},{"b":2,"a":1}]'},
  {{allOf = {{minimum = 1}, {maximum = 2}}}, "2", "3"}, {{anyOf = {{type = "string"}, {minimum = 5}}}, "5", "4"},
  {{oneOf = {{minimum = 1}, {minimum = 5}}}, "2", "6"}, {{["not"] = {type = "string"}}, "1", '"x"'},
  {{["if"] = {type = "string"}, ["then"] = {minLength = 2}, ["else"] = {minimum = 2}}, "2", '"x"'},
  {{["$ref"] = "#/$defs/id", ["$defs"] = {id = {type = "integer"}}}, "1", '"1"'},
  {{properties = {next = {["$ref"] = "#"}}, required = {"v"}}, '{"v":1,"next":{"v":2}}', '{"v":1,"next":{}}'},
  {{["$ref"] = "#/definitions/a~1b", definitions = {["a/b"] = {type = "null"}}}, "null", "1"},
}
local wrong = {}
for i, case in ipairs(cases) do
  if json.validate_string(case[1], case[2]) ~= true then wrong[#wrong + 1] = i .. " refuses " .. case[2] end
  if json.validate_string(case[1], case[3]) ~= false then wrong[#wrong + 1] = i .. " takes " .. case[3] end
end
return table.concat(wrong, "; ")
