-- expect: nil, nil, false
return security.actor(), security.scope(), security.can("read", "x")
