-- expect: "A-B-C"
return (("a-b-c"):gsub("%a", function(c) time.sleep("100us") return c:upper() end))
