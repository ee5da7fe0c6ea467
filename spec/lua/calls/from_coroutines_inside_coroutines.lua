-- expect: {"a", "b", "c", "end"}
local seen = {}
local outer = coroutine.wrap(function()
  local inner = coroutine.wrap(function()
    seen[#seen + 1] = (funcs.call("spec:later", "a"))
    coroutine.yield()
    seen[#seen + 1] = (funcs.call("spec:later", "c"))
  end)
  inner()
  seen[#seen + 1] = (funcs.call("spec:later", "b"))
  coroutine.yield()
  inner()
end)
outer()
outer()
seen[#seen + 1] = "end"
return seen
