-- expect: "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."
local function hex(s) return (s:gsub("%x%x", function(h) return string.char(tonumber(h, 16)) end)) end
local sealed = hex("070000004041424344454647" ..
  "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36" ..
  "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691")
return (crypto.decrypt.chacha20(sealed, hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"), hex("50515253c0c1c2c3c4c5c6c7")))
