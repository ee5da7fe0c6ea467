-- expect: "83a16101a16293c30acb3ff8000000000000a163a178", "ccc8", "d1ff7f", "ce00010000", "90", "c402ff00"
local function hex(v)
  local packed = payload.new(v):transcode(payload.format.MSGPACK)
  return (packed:transcode(payload.format.BYTES):data():gsub(".", function(c) return ("%02x"):format(c:byte()) end))
end
return hex({a = 1, b = {true, 10, 1.5}, c = "x"}), hex(200), hex(-129), hex(65536), hex({}), hex("\255\0")
