-- expect: false, true
local ok, err = pcall(table.unpack, {}, 1, 100000000)
return ok, err:find("too many results to unpack", 1, true) ~= nil
