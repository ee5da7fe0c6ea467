-- expect: 2, nil
local first, second = funcs.async("spec:later", 1), funcs.async("spec:later", 2)
first:cancel()
return second:response():receive():data(), (first:response():receive())
