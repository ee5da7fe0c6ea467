-- expect: "send", "receive", "sent"
local ch = channel.new()
local log = {}
coroutine.spawn(function()
  log[#log + 1] = "send"
  ch:send(1)
  log[#log + 1] = "sent"
end)
log[#log + 1] = "receive"
ch:receive()
funcs.call("spec:later")
return table.unpack(log)
