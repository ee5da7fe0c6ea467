-- expect: "the_error_of_a_call_has_the_line_of_the_call.lua:3: in upvalue 'inner'\nthe_error_of_a_call_has_the_line_of_the_call.lua:6: in local 'outer'\nthe_error_of_a_call_has_the_line_of_the_call.lua:8: in main chunk"
local function inner()
  local r, err = funcs.call("spec:fail") return err
end
local function outer()
  local err = inner() return err
end
return outer():stack()
