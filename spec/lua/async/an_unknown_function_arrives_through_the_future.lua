-- expect: nil, "NotFound", true
local future, err = funcs.async("spec:nobody")
local answer, ok = future:response():receive()
return err, answer:kind(), ok
