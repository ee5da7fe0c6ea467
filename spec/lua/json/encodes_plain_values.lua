-- expect: "null", "true", "7", "1.5", "\"x\""
return (json.encode(nil)), (json.encode(true)), (json.encode(7)), (json.encode(1.5)), (json.encode("x"))
