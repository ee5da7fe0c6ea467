-- expect: 1, "v1", "v1", nil, nil, 1
local v, err = registry.current_version()
return v:id(), v:string(), tostring(v), v:previous(), v:next(), registry.snapshot():version():id()
