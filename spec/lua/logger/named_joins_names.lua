-- logs: info db: a {}
-- logs: info db.pool: b {"k":"v"}
local db = logger:named("db")
db:info("a")
db:with({k = "v"}):named("pool"):info("b")
