-- expect: nil, "Invalid", "crypto.pbkdf2: expected sha256 or sha512, got \"md5\""
local r, err = crypto.pbkdf2("p", "s", 1, 32, "md5")
return r, err:kind(), err:message()
