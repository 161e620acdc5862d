"""Prove that what is here works: every check of the product, run the same way by hand and in CI. Standard library only."""
