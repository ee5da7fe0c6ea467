-- expect: 3
local pieces = {"return ", "1 +", " 2"}
return load(function() return table.remove(pieces, 1) end)()
