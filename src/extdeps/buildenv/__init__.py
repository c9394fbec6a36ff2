"""What a build has to be told: the variables of a prefix, and of what is installed where no build looks."""
