-- expect: {2, 4, 6}
local function generate()
  return coroutine.wrap(function()
    for i = 1, 3 do coroutine.yield(funcs.async("lua:double", i):response():receive():data()) end
  end)
end
local list = {}
for v in generate() do list[#list + 1] = v end
return list
