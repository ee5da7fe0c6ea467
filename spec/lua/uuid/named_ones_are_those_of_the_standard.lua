-- expect: "5df41881-3aed-3515-88a7-2f4a814cf09e", "2ed6657d-e927-568b-95e1-2665a8aea6a2"
local dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
return (uuid.v3(dns, "www.example.com")), (uuid.v5(dns, "www.example.com"))
