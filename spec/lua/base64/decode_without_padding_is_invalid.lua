-- expect: nil, "Invalid", "base64.decode: expected base64 of the standard alphabet, padded with ="
local r, err = base64.decode("Zg")
return r, err:kind(), err:message()
