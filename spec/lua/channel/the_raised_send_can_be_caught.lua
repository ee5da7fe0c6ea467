-- expect: false, "the_raised_send_can_be_caught.lua:4: send on closed channel"
local ch = channel.new(1)
ch:close()
return pcall(function() ch:send(1) end)
