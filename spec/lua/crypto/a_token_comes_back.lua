-- expect: {sub = "alice", exp = 99999999999.0, roles = {"a", "b"}, n = 7}, nil
local token = crypto.jwt.encode({sub = "alice", exp = 99999999999, roles = {"a", "b"}, n = 7}, "secret")
return crypto.jwt.verify(token, "secret")
