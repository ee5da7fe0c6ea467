-- expect: "café ÿ", "π 😀 ÿ", "abc", "Zoë 🌙", ""
return (funcs.call("latin1:latin1_literal")), (funcs.call("latin1:utf16_literal")), (funcs.call("latin1:utf16_narrow")),
  (funcs.call("latin1:string", "Zoë 🌙")), (funcs.call("latin1:string", ""))
