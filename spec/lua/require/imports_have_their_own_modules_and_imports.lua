-- expect: {"HI!", true}
return (funcs.call("lua:imports", "hi"))
