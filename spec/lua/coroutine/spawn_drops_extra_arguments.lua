-- expect: 0
local n
coroutine.spawn(function(...) n = select("#", ...) end, 1, 2)
return n
