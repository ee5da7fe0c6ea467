-- expect: "json/plain", "yaml/plain", "text/plain", "application/octet-stream", "application/msgpack", "lua/any", "golang/any", "golang/error"
local f = payload.format
return f.JSON, f.YAML, f.STRING, f.BYTES, f.MSGPACK, f.LUA, f.GOLANG, f.ERROR
