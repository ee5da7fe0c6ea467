-- expect: {"lib:text"}, nil
local ids = {}
local found, err = registry.find({["meta.weight"] = 1.5})
for _, entry in ipairs(found) do ids[#ids + 1] = entry.id end
return ids, err
