-- expect: 4, 8
return string.find(errors.new("an error is"), "error", 1, true)
