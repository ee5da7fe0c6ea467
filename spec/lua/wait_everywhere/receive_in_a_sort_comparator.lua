-- expect: {1, 2, 3, 4, 5}
local tokens = channel.new()
coroutine.spawn(function() while true do tokens:send(true) end end)
local list = {4, 1, 5, 3, 2}
table.sort(list, function(a, b) tokens:receive() return a < b end)
return list
