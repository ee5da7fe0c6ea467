-- expect: nil, 3, true
local ticker, err = time.ticker("1ms")
local count, ordered, last = 0, true, nil
for at in function() return (ticker:channel():receive()) end do
  count = count + 1
  if last and not last:before(at) and not last:equal(at) then ordered = false end
  last = at
  if count == 3 then ticker:stop() end
end
return err, count, ordered
