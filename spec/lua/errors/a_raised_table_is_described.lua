-- error: Internal: error value of type table
error({})
