-- expect: "name: web\nports:\n  - 80\n  - 443\ntls: true\n", nil
local t = {}
t.name = "web"
t.ports = {80, 443}
t.tls = true
return yaml.encode(t)
