-- expect: {}
local wrong = {}
for name, f in pairs{aes = crypto.encrypt.aes, chacha20 = crypto.encrypt.chacha20, open = crypto.decrypt.aes} do
  for _, args in ipairs{{1, ("k"):rep(32)}, {"m", 7}, {"m", ("k"):rep(32), 7}} do
    local r, err = f(args[1], args[2], args[3])
    if r ~= nil or err:kind() ~= "Invalid" then wrong[#wrong + 1] = name end
  end
end
return wrong
