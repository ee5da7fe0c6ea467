-- expect: 42
return (funcs.call("lua:double", 21))
