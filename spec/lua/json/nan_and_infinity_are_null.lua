-- expect: "[null,null,null]"
return (json.encode{0/0, 1/0, -1/0})
