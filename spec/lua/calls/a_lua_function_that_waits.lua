-- expect: 8
return (funcs.call("lua:waits", 7))
