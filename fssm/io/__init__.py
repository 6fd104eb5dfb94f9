"""Points and results in the file formats of other programs: SLHA, WCxf."""
