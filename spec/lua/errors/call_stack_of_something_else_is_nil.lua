-- expect: nil, nil
return errors.call_stack(nil), errors.call_stack("x")
