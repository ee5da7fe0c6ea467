-- expect: true
local text = ("word "):rep(100) .. "end"
return yaml.encode{text = text} == "text: " .. text .. "\n"
