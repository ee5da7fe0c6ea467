-- expect: {"app:sum"}, nil
local ids = {}
local found, err = registry.find({["meta.tags"] = {"math", "fast"}})
for _, entry in ipairs(found) do ids[#ids + 1] = entry.id end
return ids, err
