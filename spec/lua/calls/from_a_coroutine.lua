-- expect: 1, 12
local co = coroutine.wrap(function(a)
  local x = funcs.call("spec:later", a)
  local b = coroutine.yield(x)
  return funcs.call("spec:later", b) + 2
end)
local first = co(1)
return first, co(10)
