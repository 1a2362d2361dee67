"""The simulator as a web application: its page, its API, and its process."""
