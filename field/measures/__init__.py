"""Coercive measures: taken on the road, approved or ended within 24 hours; and the second officer's word on what takes two."""
