-- expect: true, true, true
local function works(alg)
  local token = crypto.jwt.encode({exp = 99999999999}, "k", alg)
  return crypto.jwt.verify(token, "k", alg) ~= nil
end
return works("HS256"), works("HS384"), works("HS512")
