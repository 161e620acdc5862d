"""The papers of the road: from facts and a verdict to one canonical text, or to the grounds on which there may be none.

What a paper must say stands in `tables/*.json`, with its article beside each line and its days; `sheet.py` reads what is known,
`compose.py` fills the lines in. Screen, slip, page and archive copy are all drawn from that one text, whose SHA-256 the signed record
names. Pure, standard library only. Written twice: frontend/src/domain/documents/, held together by tests/cases/documents.json.
"""
