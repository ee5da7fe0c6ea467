-- expect: true, false
return (json.validate({type = "null"}, nil)), (json.validate({type = "object"}, nil))
