-- expect: {"Invalid", "Invalid", "Invalid", "Invalid", "Invalid"}
local kinds = {}
for i, text in ipairs{"18446744073709551616", "-9223372036854775809", "1.5", "0x10", ""} do
  local r, err = int64.parse(text)
  kinds[i] = err:kind()
end
return kinds
