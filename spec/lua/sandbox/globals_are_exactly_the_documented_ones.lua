-- expect: "_G _VERSION arg assert coroutine error errors funcs getmetatable int64 ipairs json load math next os pairs pcall print process rawequal rawget rawlen rawset require select setmetatable string table tonumber tostring type unpack utf8 xpcall"
local names = {}
for name in pairs(_G) do names[#names + 1] = name end
table.sort(names)
return table.concat(names, " ")
