"""The law engine's doors: facts in, verdicts out, with the catalogue of the violation's place and day. It writes nothing."""
