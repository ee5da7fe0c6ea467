-- expect: 500500
local futures = {}
for i = 1, 1000 do futures[i] = funcs.async("spec:echo", i) end
local sum = 0
for _, future in ipairs(futures) do sum = sum + future:response():receive():data() end
return sum
