-- error is: Internal: the_nil_of_any_module_is_told_with_its_error.lua:5: attempt to concatenate a nil value (local 'text')
-- error and:   json.encode gave nil; its second value, an error, says why: local value, err = json.encode(…)
-- error and:   here it says: json.encode: list: the list has a hole at 2
local text = json.encode{list = {1, nil, 3}}
return "got " .. text
