-- expect: 2, "é"
return utf8.len("aé"), utf8.char(233)
