-- expect: "120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b", "ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43", nil
local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
local a = crypto.pbkdf2("password", "salt", 1, 32)
local b, err = crypto.pbkdf2("password", "salt", 2, 32, "sha256")
return hex(a), hex(b), err
