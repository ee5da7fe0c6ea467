-- expect: nil, true
local r, err = funcs.call("lua:unlisted")
return r, err:message():find("module 'funcs' not found: add it to \"modules\" of lua:unlisted", 1, true) ~= nil
