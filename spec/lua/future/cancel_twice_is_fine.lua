-- expect: true, true
local future = funcs.async("spec:never")
return (future:cancel()), (future:cancel())
