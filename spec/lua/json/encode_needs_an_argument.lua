-- error: Internal: bad argument #1 to 'encode' (value expected)
json.encode()
