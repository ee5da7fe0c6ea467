-- error: Internal: message field is required
errors.new{kind = "Invalid"}
