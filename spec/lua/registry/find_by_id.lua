-- expect: {"lib:text"}, nil
local ids = {}
local found, err = registry.find({[".id"] = "lib:text"})
for _, entry in ipairs(found) do ids[#ids + 1] = entry.id end
return ids, err
