"""What is on the machine: each tool or database is asked once."""
