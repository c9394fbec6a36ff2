"""What a requirement means: registry, aliases, virtuals, mappings, and what to probe."""
