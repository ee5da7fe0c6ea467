-- expect: 3, "function.lua", nil, "NotFound", 1, 2, 0, 1
local s = registry.snapshot()
local r, err = s:get("x:y")
return #s:entries(), s:get("app:shout").kind, r, err:kind(), #s:find({[".ns"] = "lib"}), #s:namespace("app"), #s:namespace("x"),
  select("#", s:namespace("app"))
