-- expect: nil, nil, nil, 2
local t = json.decode([[{"a": null, "l": [null, 2]}]])
return (json.decode("null")), t.a, t.l[1], t.l[2]
