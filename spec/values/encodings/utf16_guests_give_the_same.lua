-- expect: "Zoë 🌙 世界", "", "a\0b"
return (funcs.call("utf16:string", "Zoë 🌙 世界")), (funcs.call("utf16:string", "")), (funcs.call("utf16:string", "a\0b"))
