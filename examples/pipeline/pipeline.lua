-- Lua tables go into a WebAssembly component and come back as tables.
local funcs = require("funcs")

local users = {
  {id = 1, name = "Alice", tags = {"admin", "dev"}, active = true},
  {id = 2, name = "Bob", tags = {"user"}, active = false},
  {id = 3, name = "Carol", tags = {"dev"}, active = true},
}

-- Transform: adds display field and tag count
local transformed, err = funcs.call("myns:transform_users", users)
if err then error(err) end

print("transform_users gives every user a display name and a tag count:")
for _, user in ipairs(transformed) do
  print(string.format("  %d  %-24s %d tags", user.id, user.display, user["tag-count"]))
end

-- Filter: returns only active users
local active
active, err = funcs.call("myns:filter_active", users)
if err then error(err) end

print("filter_active keeps the active ones:")
for _, user in ipairs(active) do
  print(string.format("  %d  %-8s tags: %s", user.id, user.name, table.concat(user.tags, ", ")))
end
