-- error is: Internal: a_misspelt_method_of_a_text_has_a_hint.lua:3: attempt to call a nil value (method 'uper')
-- error and:   there is no uper: did you mean upper?
print(("x"):uper())
