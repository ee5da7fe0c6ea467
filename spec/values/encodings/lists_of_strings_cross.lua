-- expect: {"é", "", "😀"}, {"é", "", "😀"}
local list = {"é", "", "😀"}
return (funcs.call("utf16:list_string", list)), (funcs.call("latin1:strings", list))
