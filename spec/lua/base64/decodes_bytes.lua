-- expect: "foo", 255, 0, 2
local bytes = base64.decode("/wA=")
return (base64.decode("Zm9v")), bytes:byte(1), bytes:byte(2), #bytes
