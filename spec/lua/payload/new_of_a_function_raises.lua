-- error: Invalid: payload.new: a: expected a plain value
payload.new({a = print})
