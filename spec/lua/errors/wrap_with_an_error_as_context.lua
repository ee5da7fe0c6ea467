-- expect: true
return errors.wrap("m", errors.new("ctx")):stack():find("ctx", 1, true) == 1
