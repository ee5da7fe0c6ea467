-- expect: {}
local accepted = {}
for _, pattern in ipairs{"(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(a)\\1", "(?<n>a)\\k<n>"} do
  local r, err = registry.find({["~meta.comment"] = pattern})
  if r or err:kind() ~= "Invalid" then accepted[#accepted + 1] = pattern end
end
return accepted
