-- expect: 1, nil, "c", nil
return 1, nil, "c", nil
