-- expect: {"start 1", "start 2", "end 1", "end 2"}
local seen = {}
for i = 1, 2 do
  coroutine.spawn(function()
    seen[#seen + 1] = "start " .. i
    funcs.call("spec:later")
    seen[#seen + 1] = "end " .. i
  end)
end
for _ = 1, 3 do funcs.call("spec:later") end
return seen
