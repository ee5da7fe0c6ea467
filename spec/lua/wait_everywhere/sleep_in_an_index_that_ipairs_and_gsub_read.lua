-- expect: "1 4 9 ", "k1=v k2=v", 2, true, nil
local squares = setmetatable({1}, {__index = setmetatable({}, {__index = function(_, i)
  time.sleep("1ms")
  if i < 4 then return i * i end
end})})
local seen = ""
for _, square in ipairs(squares) do seen = seen .. square .. " " end
local names = setmetatable({}, {__index = function(_, name)
  time.sleep("1ms")
  return name .. "=v"
end})
local text, count = ("k1 k2"):gsub("%w+", names)
local ok, err = pcall(function() for _ in ipairs(setmetatable({}, {__index = function() error("none") end})) do end end)
return seen, text, count, not ok and err:find("none", 1, true) ~= nil, ipairs(squares)(squares, 3)
