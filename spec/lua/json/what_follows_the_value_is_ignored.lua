-- expect: 1
return (json.decode("1 trailing"))
