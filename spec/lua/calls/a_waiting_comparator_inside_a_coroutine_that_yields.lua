-- expect: {1, 2, 3}, true
local yields = 0
local co = coroutine.wrap(function()
  local t = {3, 1, 2}
  table.sort(t, function(a, b) coroutine.yield() return (funcs.call("spec:later", a)) < b end)
  return t
end)
local result
repeat result = co() if not result then yields = yields + 1 end until result
return result, yields > 0
