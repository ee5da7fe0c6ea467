-- expect: {default = true, ok = true}
local ch = channel.new(1)
ch:close()
return channel.select({ch:case_send(1)}, true)
