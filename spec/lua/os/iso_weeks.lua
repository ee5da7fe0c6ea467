-- expect: "2020-W53", "2021-W01", "2018-W01"
return os.date("!%G-W%V", 1609459200), os.date("!%G-W%V", 1609718400), os.date("!%G-W%V", 1514764800)
