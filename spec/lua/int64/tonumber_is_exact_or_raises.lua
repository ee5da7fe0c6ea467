-- expect: 5, 9007199254740992.0, false
return int64.tonumber(int64.new(5)), int64.tonumber(int64.parse("9007199254740992")), (pcall(int64.tonumber, int64.parse("9007199254740993")))
