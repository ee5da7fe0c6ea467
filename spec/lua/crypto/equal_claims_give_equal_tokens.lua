-- expect: "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhIjoxLCJiIjoyfQ.5KNsM3ylEKg_oiJiSSyZ73F52d-ihj_4Cpf_Te0a3lo", nil
return crypto.jwt.encode({b = 2, a = 1}, "k")
