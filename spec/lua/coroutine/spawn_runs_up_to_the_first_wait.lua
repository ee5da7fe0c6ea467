-- expect: {"spawned", "main", "later"}
local seen = {}
coroutine.spawn(function()
  seen[#seen + 1] = "spawned"
  local word = funcs.call("spec:later", "later")
  seen[#seen + 1] = word
end)
seen[#seen + 1] = "main"
funcs.call("spec:later")
funcs.call("spec:later")
return seen
