-- error: Internal: logger:info: fields: expected a table whose keys are names
logger:info("m", {1, 2})
