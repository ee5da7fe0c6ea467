-- expect: {}, "Internal", false
local key = ("k"):rep(32)
local sealed = crypto.encrypt.chacha20("message", key)
local accepted, last = {}, nil
for i = 1, #sealed do
  local changed = sealed:sub(1, i - 1) .. string.char((sealed:byte(i) + 1) % 256) .. sealed:sub(i + 1)
  local opened, err = crypto.decrypt.chacha20(changed, key)
  if opened then accepted[#accepted + 1] = i end
  last = err
end
return accepted, last:kind(), last:retryable()
