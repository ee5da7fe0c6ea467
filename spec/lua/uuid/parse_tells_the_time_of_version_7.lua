-- expect: {version = 7, variant = "RFC4122", timestamp = 1645557742}
return (uuid.parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"))
