-- error: Timeout: instructions
-- limits: instructions=3000000
return (("a"):rep(30):find(("a*"):rep(12) .. "b"))
