-- expect: true, true, "slept"
return pcall(function()
  return coroutine.wrap(function()
    return pcall(function() time.sleep("1ms") return "slept" end)
  end)()
end)
