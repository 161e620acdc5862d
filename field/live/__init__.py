"""The open line: a doorbell that says "there is news up to n", and nothing else. Facts come over HTTP, by cursor.

Lost is nothing: Redis may vanish, a socket may die, a message may be dropped. Whoever was not told looks within fifteen seconds.
"""
