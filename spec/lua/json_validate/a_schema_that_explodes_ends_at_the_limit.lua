-- error: Timeout: exceeded its limit of 200000 instructions
-- limits: instructions=200000
local schemas = {d0 = {type = "integer"}}
for i = 1, 30 do
  local before = {["$ref"] = "#/$defs/d" .. i - 1}
  schemas["d" .. i] = {allOf = {before, before}}
end
return json.validate({["$defs"] = schemas, ["$ref"] = "#/$defs/d30"}, 5)
