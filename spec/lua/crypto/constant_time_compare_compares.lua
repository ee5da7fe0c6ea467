-- expect: true, false, false, true, nil
local same, err = crypto.constant_time_compare("abc", "abc")
return same, (crypto.constant_time_compare("abc", "abd")), (crypto.constant_time_compare("abc", "abcd")),
  (crypto.constant_time_compare("", "")), err
