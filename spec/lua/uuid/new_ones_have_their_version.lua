-- expect: 1, 4, 7, nil
return (uuid.version((uuid.v1()))), (uuid.version((uuid.v4()))), (uuid.version((uuid.v7()))), select(2, uuid.v4())
