-- error is: Internal: a_misspelt_method_of_an_object_has_a_hint.lua:4: attempt to call a nil value (method 'recieve')
-- error and:   there is no recieve: did you mean receive?
local results = channel.new()
results:recieve()
