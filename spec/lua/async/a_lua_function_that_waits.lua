-- expect: 8
return (funcs.async("lua:waits", 7):response():receive():data())
