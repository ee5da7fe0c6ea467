-- expect: 1, 2, nil
return assert(1, 2, nil)
