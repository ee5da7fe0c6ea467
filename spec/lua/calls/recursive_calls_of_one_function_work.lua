-- expect: 20
return (funcs.call("lua:calls_itself", 20))
