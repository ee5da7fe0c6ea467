-- expect: "Invalid", "Invalid", "Invalid", "Invalid", "Invalid"
local function kind(v)
  local d, err = time.parse_duration(v)
  return d == nil and err:kind()
end
return kind("1"), kind("1x"), kind(""), kind({}), kind("9999999999h")
