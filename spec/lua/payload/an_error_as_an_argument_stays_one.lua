-- expect: "Conflict"
return (funcs.call("lua:echo", payload.new(errors.new("Conflict", "x")))):kind()
