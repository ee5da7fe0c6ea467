-- expect: {"app:sum", "app:shout"}, nil
local ids = {}
local found, err = registry.find({[".ns"] = "app"})
for _, entry in ipairs(found) do ids[#ids + 1] = entry.id end
return ids, err
