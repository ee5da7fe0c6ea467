-- expect: "Lua 5.3"
return _VERSION
