-- expect: {"app:shout", "lib:text"}, nil
local ids = {}
local found, err = registry.find({[".kind"] = "*.lua"})
for _, entry in ipairs(found) do ids[#ids + 1] = entry.id end
return ids, err
