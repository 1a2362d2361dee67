"""Pretend clouds of the vendors, on one pretend exchange: a process of its own, in development
only.
"""
