-- expect: "[9223372036854775807]"
return (json.encode{int64.parse("9223372036854775807")})
