-- expect: "\"\\\"\\\\\\n\\u0001é\""
return (json.encode("\"\\\n\1é"))
