-- expect: "[\"m\"]"
return (json.encode{errors.new("m")})
