-- expect: "Invalid"
return funcs.async("lua:returns_function"):response():receive():kind()
