-- expect: {1, 2, 3}
local seen = {}
for i in function(_, last) local n = funcs.call("spec:add_later", last or 0, 1) if n <= 3 then return n end end do seen[#seen + 1] = i end
return seen
