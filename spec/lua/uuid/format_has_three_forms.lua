-- expect: "919108f7-52d1-4320-9bac-f847db4148a8", "919108f752d143209bacf847db4148a8", "urn:uuid:919108f7-52d1-4320-9bac-f847db4148a8", "919108f7-52d1-4320-9bac-f847db4148a8"
local id = "919108F7-52D1-4320-9BAC-F847DB4148A8"
return (uuid.format(id)), (uuid.format(id, "simple")), (uuid.format(id, "urn")), (uuid.format("919108f752d143209bacf847db4148a8", "standard"))
