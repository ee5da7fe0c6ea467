-- expect: "{\"f\":null}", "null"
return (json.encode{f = print}), (json.encode(coroutine.create(print)))
