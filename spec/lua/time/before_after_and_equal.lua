-- expect: true, false, false, false, true, true
local a = time.unix(10, 1)
local b = time.unix(10, 2)
return a:before(b), b:before(a), a:after(b), a:equal(b), b:after(a), a:equal(a:utc())
