-- expect: true, "answer"
local requests = channel.new()
coroutine.spawn(function() local reply = requests:receive() reply:send("answer") end)
local mine = channel.new(1)
requests:send(mine)
return mine == mine, (mine:receive())
