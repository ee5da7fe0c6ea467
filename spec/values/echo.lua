-- The functions of the echo guest by name: `echo.u8(7)` is `funcs.call("echo:u8", 7)` with its error raised.
return setmetatable({}, {
  __index = function(_, name)
    return function(...)
      local value, err = funcs.call("echo:" .. name, ...)
      if err then error(err) end
      return value
    end
  end,
})
