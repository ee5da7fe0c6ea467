-- error: Internal: attempt to change 'base64', which is read-only
base64.mine = 1
