-- error: Internal: string, number or error expected, got table
return errors.new("m") .. {}
