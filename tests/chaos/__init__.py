"""Random misfortune for one agent's browsers, and the check that everything heals:

`python -m tests.chaos --rounds 5 --seed 1`.
"""
