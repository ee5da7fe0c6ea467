-- expect: "{\"counter\":null}"
return (json.encode{counter = funcs.call("spec:new_counter")})
