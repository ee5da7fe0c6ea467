-- expect: "a", "b", "c", "back in b", "back in a"
local log = {}
coroutine.spawn(function()
  log[#log + 1] = "a"
  coroutine.spawn(function()
    log[#log + 1] = "b"
    coroutine.spawn(function() log[#log + 1] = "c" end)
    log[#log + 1] = "back in b"
  end)
  log[#log + 1] = "back in a"
end)
return table.unpack(log)
