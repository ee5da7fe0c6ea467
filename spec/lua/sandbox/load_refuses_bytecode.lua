-- expect: nil, "attempt to load a binary chunk: only text is accepted"
return load("\27Lua\83\0\25\147")
