-- expect: "RateLimited", "RateLimited"
return errors.RATE_LIMITED, errors.new{message = "m", kind = errors.RATE_LIMITED}:kind()
