-- expect: "900150983cd24fb0d6963f7d28e17f72", "a9993e364706816aba3e25717850c26c9cd0d89d", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
return (hash.md5("abc")), (hash.sha1("abc")), (hash.sha256("abc"))
