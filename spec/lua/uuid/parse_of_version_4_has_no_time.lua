-- expect: {version = 4, variant = "RFC4122"}
return (uuid.parse("919108f7-52d1-4320-9bac-f847db4148a8"))
