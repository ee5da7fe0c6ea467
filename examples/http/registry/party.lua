local http = require("http")
local funcs = require("funcs")

local function party()
  local body, err = http.request():body_json()
  if err then return nil, err end
  if type(body) ~= "table" or type(body.guests) ~= "table" then
    return nil, errors.new("Invalid", "expected {guests = [names]}")
  end
  local greetings = {}
  for i, name in ipairs(body.guests) do
    greetings[i], err = funcs.call("demo:greet", name)
    if err then return nil, err end
  end
  http.response():write_json({ greetings = greetings, count = #greetings })
end

return { party = party }
