-- expect: "_G _VERSION arg assert base64 channel coroutine crypto ctx env error errors fs funcs getmetatable hash http http_client int64 ipairs json load logger math next os pairs payload pcall print process rawequal rawget rawlen rawset registry require security select setmetatable string table time tonumber tostring type unpack utf8 uuid xpcall yaml"
local names = {}
for name in pairs(_G) do names[#names + 1] = name end
table.sort(names)
return table.concat(names, " ")
