-- expect: "foobar"
return (base64.decode("Zm9v\r\nYmFy\n"))
