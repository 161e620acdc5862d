"""Tasks: leaders give them, officers take them, and everybody sees how far they have come."""
