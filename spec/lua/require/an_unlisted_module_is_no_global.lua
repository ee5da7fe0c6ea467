-- expect: "nil"
return (funcs.call("lua:global_unlisted"))
