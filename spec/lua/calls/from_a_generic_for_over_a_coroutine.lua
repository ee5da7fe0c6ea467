-- expect: {"x", "y"}
local function each(list)
  return coroutine.wrap(function()
    for _, item in ipairs(list) do coroutine.yield((funcs.call("spec:later", item))) end
  end)
end
local seen = {}
for item in each{"x", "y"} do seen[#seen + 1] = item end
return seen
