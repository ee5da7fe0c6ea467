-- expect: 4, nil
local id, err = crypto.random.uuid()
return (uuid.version(id)), err
