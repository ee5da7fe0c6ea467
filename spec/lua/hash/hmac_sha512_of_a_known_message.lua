-- expect: "b42af09057bac1e2d41708e48a902e09b5ff7f12ab428a4fe86653c73dd248fb82f948a549f7b791a5b41915ee4d1ec3935357e4e2317250d0372afa2ebeeb3a"
return (hash.hmac_sha512("The quick brown fox jumps over the lazy dog", "key"))
