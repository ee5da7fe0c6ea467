-- expect: false, "Invalid", "json.validate: users[2].tags[1]: expected string, got integer", false, "users[2].tags[1]"
local schema = {properties = {users = {items = {properties = {tags = {items = {type = "string"}}}}}}}
local ok, err = json.validate(schema, {users = {{tags = {"a"}}, {tags = {5}}}})
return ok, err:kind(), err:message(), err:retryable(), err:details().path
