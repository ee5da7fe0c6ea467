-- expect: {"app:sum", "app:shout", "lib:text"}, nil
local ids = {}
local found, err = registry.find({})
for _, entry in ipairs(found) do ids[#ids + 1] = entry.id end
return ids, err
