-- expect: nil, "Internal", true
local text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
for i = 1, 9 do
  local before = "*a" .. i - 1
  text = text .. ("a%d: &a%d [%s]\n"):format(i, i, (before .. ", "):rep(9) .. before)
end
local r, err = yaml.decode(text)
return r, err:kind(), err:message():find("more than 500000 values", 1, true) ~= nil
