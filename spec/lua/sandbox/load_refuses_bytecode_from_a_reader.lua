-- expect: nil, "attempt to load a binary chunk: only text is accepted"
local pieces = {"\27", "Lua"}
return load(function() return table.remove(pieces, 1) end)
