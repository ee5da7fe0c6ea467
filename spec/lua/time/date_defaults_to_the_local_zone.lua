-- expect: "Local"
return time.date(2024, 1, 1, 0, 0, 0, 0):location():string()
