-- expect: "{\"a\":1,\"b\":2,\"c\":3}"
return (json.encode{c = 3, a = 1, b = 2})
