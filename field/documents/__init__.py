"""The papers: numbers leased to terminals, what became of each, and the pictures drawn from a paper's one text."""
