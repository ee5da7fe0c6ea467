-- expect: "z: 3\na: 2\nm:\n  b: 1\n  c: 2\n"
local t = {m = {c = 2, b = 1}}
t.z = 3
t.a = 2
return (yaml.encode(t, {field_order = {"z"}, sort_unordered = true}))
