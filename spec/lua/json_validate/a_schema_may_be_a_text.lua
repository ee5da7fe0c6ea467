-- expect: true, false, "json.validate_string: expected number, got string"
local ok = json.validate('{"type": "number"}', 5)
local bad, err = json.validate_string('{"type": "number"}', '"x"')
return ok, bad, err:message()
