-- expect: "normal", "running", "suspended"
local outer, seen
outer = coroutine.create(function()
  seen = coroutine.wrap(function() return coroutine.status(outer) end)()
  return coroutine.status(outer)
end)
local fresh = coroutine.create(print)
local _, own = coroutine.resume(outer)
return seen, own, coroutine.status(fresh)
