"""The parts between rules, storage and sockets: calls, commands, ownership, contacts."""
