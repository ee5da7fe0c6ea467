-- expect: nil, nil
return table.remove({}), table.remove({}, 0)
