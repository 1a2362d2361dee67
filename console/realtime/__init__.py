"""The websocket: one socket per client, and changes in order, each rendered and encoded once per
audience and language.
"""
