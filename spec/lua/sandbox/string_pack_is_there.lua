-- expect: 258
return (string.unpack(">I2", string.pack(">I2", 258)))
