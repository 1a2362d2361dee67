"""Pure rules of calls, leases, contacts and numbers: no database, no request, no clock."""
