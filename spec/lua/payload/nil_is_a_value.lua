-- expect: nil, nil
local p = payload.new(nil)
return p:data(), p:unmarshal()
