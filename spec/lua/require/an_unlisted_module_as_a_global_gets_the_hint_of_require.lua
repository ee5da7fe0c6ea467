-- expect: true
local _, err = funcs.call("lua:indexes_unlisted")
return err:message():find([[attempt to index a nil value (global 'fs')
  module 'fs' not found: add it to "modules" of lua:indexes_unlisted]], 1, true) ~= nil
