-- expect: {false, 4}, {true, 2}
return (funcs.call("latin1:describe", "café")), (funcs.call("latin1:describe", "😀"))
