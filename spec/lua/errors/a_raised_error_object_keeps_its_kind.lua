-- error: NotFound: gone
error(errors.new{message = "gone", kind = "NotFound"})
