-- expect: false, false, false
return (pcall(json.validate, {})), (pcall(json.validate)), (pcall(json.validate_string, {}))
