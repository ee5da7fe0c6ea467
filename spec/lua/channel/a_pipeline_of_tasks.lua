-- expect: 385
local numbers, squares = channel.new(), channel.new()
coroutine.spawn(function() for i = 1, 10 do numbers:send(i) end numbers:close() end)
coroutine.spawn(function()
  while true do
    local n, ok = numbers:receive()
    if not ok then break end
    squares:send(n * n)
  end
  squares:close()
end)
local sum = 0
while true do
  local n, ok = squares:receive()
  if not ok then return sum end
  sum = sum + n
end
