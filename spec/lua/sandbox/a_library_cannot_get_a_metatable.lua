-- expect: false, "cannot change the metatable of a read-only table"
local ok, err = pcall(setmetatable, string, {})
return ok, (err:gsub("^.-:%d+: ", ""))
