-- expect: "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8", true, nil
local m = "The quick brown fox jumps over the lazy dog"
local mac, err = crypto.hmac.sha256("key", m)
return mac, crypto.hmac.sha512("key", m) == hash.hmac_sha512(m, "key"), err
