-- error is: Internal: an_argument_of_a_failed_call_is_told_why.lua:8: bad argument #1 to 'concat' (table expected, got nil)
-- error and:   module.call gave nil; its second value, an error, says why: local value, err = module.call(…)
-- error and:   here it says: no handler registered for target t:nope
-- line: 8
local module = require("funcs")
local function rows()
  local users = module.call("t:nope")
  return table.concat(users) .. ""
end
rows()
