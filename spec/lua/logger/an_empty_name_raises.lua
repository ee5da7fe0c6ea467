-- error: Internal: logger:named: expected a name that is not empty
logger:named("")
