-- expect: "application/msgpack", true, "integer", "float", "\255\0", nil
local value = {
  small = 1, negative = -33, byte = 200, word = 40000, long = -2147483648, big = int64.max, least = int64.min,
  float = 2.0, half = 0.5, yes = true, text = "é", bytes = "\255\0", list = {1, {2}, {}}, long_text = ("x"):rep(300),
}
local p = payload.new(value):transcode(payload.format.MSGPACK)
local back = p:data()
return p:get_format(), json.encode(back.list) == "[1,[2],[]]" and back.small == 1 and back.negative == -33 and back.byte == 200
    and back.word == 40000 and back.long == -2147483648 and back.big == int64.max and back.least == int64.min
    and back.half == 0.5 and back.yes and back.text == "é" and back.long_text == value.long_text,
  math.type(back.small), math.type(back.float), back.bytes, (payload.new(nil):transcode(payload.format.MSGPACK):data())
