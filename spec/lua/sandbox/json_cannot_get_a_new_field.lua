-- error: Internal: attempt to change 'json', which is read-only
json.mine = 1
