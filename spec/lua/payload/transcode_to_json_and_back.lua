-- expect: "json/plain", {a = {1, true}}, "{\"a\":[1,true]}", nil
local p, err = payload.new({a = {1, true}}):transcode(payload.format.JSON)
return p:get_format(), p:unmarshal(), (p:transcode(payload.format.STRING)):data(), err
