-- expect: {}
local wrong = {}
for _, name in ipairs{"snapshot_at", "versions", "history", "apply_version", "build_delta"} do
  local ok, err = pcall(registry[name], 1)
  if ok or err:kind() ~= "Unavailable" or not err:message():find("registry." .. name .. " is not built yet", 1, true) then
    wrong[#wrong + 1] = name
  end
end
return wrong
