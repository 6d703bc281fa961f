"""What one process owns: settings, metrics, the database, authentication. Built by hand in one place."""
