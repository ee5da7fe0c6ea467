-- logs: error no such user {}
logger:error(errors.new("NotFound", "no such user"))
