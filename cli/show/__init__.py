"""What the commands print: progress, events in words, tables, plans, and how a command ends."""
