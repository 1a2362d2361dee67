"""Random faults in one agent's browsers, and the check that everything recovers:

`python -m tests.chaos --rounds 5 --seed 1`.
"""
