-- expect: {1, 2, 3}
return (funcs.call("lua:spawns"))
