"""What tests share: recorded hosts and small makers."""
