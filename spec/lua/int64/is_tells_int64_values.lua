-- expect: true, false, false
return int64.is(int64.new(1)), int64.is(1), int64.is("1")
