-- expect: nil, nil, 2
local future = funcs.async("spec:later")
local value, err = future:result()
return value, err, select("#", future:result())
