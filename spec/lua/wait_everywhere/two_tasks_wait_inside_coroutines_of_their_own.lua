-- expect: {a = 3, b = 3}
local counts = {a = 0, b = 0}
local done = channel.new()
for name in pairs(counts) do
  coroutine.spawn(function()
    local ticks = coroutine.wrap(function() for i = 1, 3 do time.sleep("200us") coroutine.yield(i) end end)
    for _ = 1, 3 do counts[name] = ticks() end
    done:send(true)
  end)
end
done:receive() done:receive()
return counts
