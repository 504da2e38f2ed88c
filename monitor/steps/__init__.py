"""The inner rooms: pure functions without wire, disk or clock. No step knows another."""
