"""The simulator: pretend clouds of the vendors, on one pretend exchange. It is a process of its
own, in development only.

exchange: agents, calls, faults, scenarios. clouds: one package for each vendor. web: page and API.
"""
