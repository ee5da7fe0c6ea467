-- expect: "[]", "{\"a\":[]}"
return (json.encode{}), (json.encode{a = {}})
