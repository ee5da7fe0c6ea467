-- error: Invalid: logger:info: fields: a.b: expected a plain value
logger:info("m", {a = {b = print}})
