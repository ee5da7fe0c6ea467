-- expect: 0
local count
coroutine.spawn(function(...) count = select("#", ...) end, 1, 2)
return count
