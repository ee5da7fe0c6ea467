-- expect: true, true, false, "cannot resume non-suspended coroutine"
local outer
outer = coroutine.create(function()
  local inner = coroutine.create(function() return coroutine.resume(outer) end)
  return coroutine.resume(inner)
end)
return coroutine.resume(outer)
