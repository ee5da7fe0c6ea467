-- expect: 16, 20, 32, 64
return #hash.hmac_md5("m", "k", true), #hash.hmac_sha1("m", "k", true), #hash.hmac_sha256("m", "k", true), #hash.hmac_sha512("m", "k", true)
