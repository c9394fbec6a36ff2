"""What a machine computes with, in the words of others: properties of wheel variants, conda's virtual packages."""
