-- expect: {retry = {maxAttempts = 3, initialDelayMs = 1500, maxDelayMs = 60000, backoffFactor = 1.5, jitter = 0, retryKinds = {"Timeout"}, skipKinds = {}}}
return (funcs.new():with_options{retry = {
  max_attempts = 3, initial_delay = "1.5s", max_delay = 60000, backoff_factor = 1.5, jitter = 0,
  retry_kinds = {errors.TIMEOUT}, skip_kinds = {},
}}:call("spec:options"))
