-- expect: true
local all = {}
for i = 0, 255 do all[#all + 1] = string.char(i) end
local text = table.concat(all)
return base64.decode((base64.encode(text))) == text
