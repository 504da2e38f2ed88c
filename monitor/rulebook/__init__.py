"""What people write in YAML: strict types, loading with file and line, lint, schema."""
