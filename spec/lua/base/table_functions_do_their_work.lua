-- expect: {1, 9, 2, 3}, 3, {1, 9, 2}, {n = 2, "a"}, {7, 8, 1}, 2
local t = {1, 2, 3}
table.insert(t, 2, 9)
local all = {table.unpack(t)}
local last = table.remove(t)
local packed = table.pack("a", nil)
local moved = table.move({7, 8}, 1, 2, 1, {0, 0, 1})
return all, last, t, packed, moved, select("#", table.unpack({}, 1, 2))
