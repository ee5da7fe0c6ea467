-- error: Timeout: instructions
-- limits: instructions=1000000
table.move({}, 1, 2147483646, 1, {})
