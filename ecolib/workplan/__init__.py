"""The plan of work on a day: how far each row is, what was reported in a month, what is on file."""
