-- expect: 16, 20, 32, 64, 0x90
return #hash.md5("abc", true), #hash.sha1("abc", true), #hash.sha256("abc", true), #hash.sha512("abc", true), hash.md5("abc", true):byte(1)
