-- expect: {}
local wrong = {}
for name, f in pairs(hash) do
  local r, err = f(1, "secret")
  if r ~= nil or err:kind() ~= errors.INVALID then wrong[#wrong + 1] = name end
end
return wrong
