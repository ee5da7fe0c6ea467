-- expect: "- m\n"
return (yaml.encode{errors.new("m")})
