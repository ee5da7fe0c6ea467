-- expect: "id: 1\nname: n\nz: 3\na: 2\n"
local t = {}
t.z = 3
t.name = "n"
t.a = 2
t.id = 1
return (yaml.encode(t, {field_order = {"id", "name", "missing"}}))
