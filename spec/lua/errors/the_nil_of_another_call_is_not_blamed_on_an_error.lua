-- error is: Internal: the_nil_of_another_call_is_not_blamed_on_an_error.lua:5: attempt to index a nil value (local 'b')
local function nothing() return nil end
local a = funcs.call("t:nope")
local b = nothing()
print(b.x)
