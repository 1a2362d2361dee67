"""What a call is and what can happen to it.

Pure Python: nothing here knows a database, a request or a clock.
"""
