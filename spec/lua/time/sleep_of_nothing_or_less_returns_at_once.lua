-- expect: 0, 0, false
local other = false
coroutine.spawn(function() funcs.call("spec:later") other = true end)
return select("#", time.sleep(0)), select("#", time.sleep("-1h")), other
