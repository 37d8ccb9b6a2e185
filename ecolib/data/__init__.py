"""What a county submits: the data dictionary, readers, checks, corrections, and the county itself."""
