-- error: Internal: (table expected, got nil)
logger:with(nil)
