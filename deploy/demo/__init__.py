"""The demonstration city 江澜: invented roads, people, vehicles and offences that go through the product's own operations.

Everything is drawn from one seed; nothing in it exists. It is made once, in a demonstration or a test, never in production.
"""
