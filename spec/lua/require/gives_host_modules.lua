-- expect: true, true, true, true
return require("json") == json, require("funcs") == funcs, require("string") == string, require("errors") == errors
