-- expect: {}
local wrong = {}
for _, name in ipairs{"policy", "named_scope", "token_store"} do
  local r, err = security[name]("app:x")
  if r ~= nil or err:kind() ~= "Unavailable" or not err:message():find("not built yet", 1, true) then wrong[#wrong + 1] = name end
end
return wrong
