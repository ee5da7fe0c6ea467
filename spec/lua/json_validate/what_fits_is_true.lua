-- expect: true, nil, true, nil
local schema = {
  type = "object", required = {"id", "tags"}, additionalProperties = false,
  properties = {
    id = {type = "integer", minimum = 1}, tags = {type = "array", items = {type = "string"}, uniqueItems = true},
    note = {type = {"string", "null"}, maxLength = 5},
  },
}
local ok, err = json.validate(schema, {id = 7.0, tags = {}, note = "größe"})
local ok2, err2 = json.validate_string(schema, '{"id": 9007199254740993, "tags": ["a", "b"], "note": null}')
return ok, err, ok2, err2
