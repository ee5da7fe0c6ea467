-- expect: true
local t = {a = {1, "2", true, {b = "x\ny"}}, c = "~", d = -0.5}
return json.encode(t) == json.encode((yaml.decode((yaml.encode(t)))))
