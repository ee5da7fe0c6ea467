-- expect: "secret", "secret", "secret", nil
local function round(size)
  local key = crypto.random.bytes(size)
  return crypto.decrypt.aes((crypto.encrypt.aes("secret", key)), key)
end
return (round(16)), (round(24)), round(32)
