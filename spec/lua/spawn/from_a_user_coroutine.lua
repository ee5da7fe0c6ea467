-- expect: "in", "task"
local log = {}
local co = coroutine.wrap(function()
  log[#log + 1] = "in"
  coroutine.spawn(function() funcs.call("spec:later") log[#log + 1] = "task" end)
  coroutine.yield()
end)
co()
funcs.call("spec:later")
funcs.call("spec:later")
return table.unpack(log)
