-- expect: "- 7\n- 7\n- 0.5\n- 9223372036854775807\n"
return (yaml.encode{7, 7.0, 0.5, int64.parse("9223372036854775807")})
