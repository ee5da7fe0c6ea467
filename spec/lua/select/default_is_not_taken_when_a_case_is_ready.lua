-- expect: "v", nil
local ch = channel.new(1)
ch:send("v")
local result = channel.select({ch:case_receive()}, true)
return result.value, result.default
