-- expect: "- \"1\"\n- \"true\"\n- \"null\"\n- \"\"\n"
return (yaml.encode{"1", "true", "null", ""})
