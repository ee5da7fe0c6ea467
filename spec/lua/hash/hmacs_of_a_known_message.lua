-- expect: "80070713463e7749b90c2dc24911e275", "de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9", "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
local m = "The quick brown fox jumps over the lazy dog"
return (hash.hmac_md5(m, "key")), (hash.hmac_sha1(m, "key")), (hash.hmac_sha256(m, "key"))
