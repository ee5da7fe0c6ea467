-- expect: "Grüße, 世界 😀", "Grüße, 世界 😀"
return (funcs.call("echo:greeting")), (funcs.call("utf16:greeting"))
