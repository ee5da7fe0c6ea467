-- error is: Internal: ipairs_of_a_failed_call_is_told_why.lua:7: bad argument #1 to 'for iterator' (table expected, got nil)
-- error and:   funcs.call gave nil; its second value, an error, says why: local value, err = funcs.call(…)
-- error and:   here it says: no handler registered for target t:nope
-- line: 7
local function rows()
  local users = funcs.call("t:nope")
  for _, user in ipairs(users) do print(user) end
end
rows()
