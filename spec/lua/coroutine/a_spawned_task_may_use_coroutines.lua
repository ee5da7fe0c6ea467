-- expect: {1, 2}
local seen = {}
coroutine.spawn(function()
  for i in coroutine.wrap(function() for i = 1, 2 do coroutine.yield((funcs.call("spec:later", i))) end end) do seen[#seen + 1] = i end
end)
for _ = 1, 5 do funcs.call("spec:later") end
return seen
