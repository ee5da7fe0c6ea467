-- expect: "moonwit"
return os.platform
