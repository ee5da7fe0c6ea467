-- expect: "spawned", "spawner", "after the wait"
local log = {}
coroutine.spawn(function()
  log[#log + 1] = "spawned"
  funcs.call("spec:later")
  log[#log + 1] = "after the wait"
end)
log[#log + 1] = "spawner"
funcs.call("spec:later")
funcs.call("spec:later")
return table.unpack(log)
