-- expect: 0, 0
local ch = channel.new()
return select("#", ch:close()), select("#", ch:close())
