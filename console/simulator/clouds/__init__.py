"""The pretend clouds: one package for each vendor, and one registry."""
