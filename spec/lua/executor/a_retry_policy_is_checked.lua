-- expect: "retry.max_attempts: expected a whole number from 0 to 1000", "retry.jitter: expected a number from 0 to 1", "retry.backoff_factor: expected a number from 1 to 1000", "retry.initial_delay: expected milliseconds from 0, or a duration such as \"1.5s\"", "retry.retry_kinds: no such error kind: did you mean \"Timeout\"?", "retry.skip_kinds: expected a list of error kinds", "retry: expected a table whose keys are names", "unknown option 'max_atempts': did you mean 'max_attempts'?"
local function why(retry)
  local executor, err = funcs.new():with_options{retry = retry}
  return executor == nil and err:kind() == errors.INVALID and err:message()
end
return why{max_attempts = 1001}, why{jitter = 1.5}, why{backoff_factor = 0.5}, why{initial_delay = "soon"},
  why{retry_kinds = {"Timeot"}}, why{skip_kinds = "Timeout"}, why(3), why{max_atempts = 2}
