"""The law in force as dated tables, and the small machine that reads them.

`expression.py` computes one condition, `table.py` chooses rows, `engine.py` goes from facts to a verdict. What the law says stands in
`tables/*.json` with its article beside each row; nothing here knows a sum or a bracket. Pure, standard library only.
"""
