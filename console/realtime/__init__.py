"""The websocket: one socket per client, changes in order, each rendered and encoded once per audience
and language.
"""
