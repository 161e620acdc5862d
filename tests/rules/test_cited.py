"""Articles that a catalogue cites in its own short way are found in the tables, those that aren't there are left out."""

import pytest

from field.rules.law.cited import articles_cited


@pytest.mark.parametrize(
    ("basis", "cited"),
    [
        ("道交法38条", ["道交法38条"]),
        ("道交法93条2款", ["道交法93条2款"]),
        ("道交法26条、38条、实施条例38条", ["道交法38条"]),
        ("道路交通安全法第42条", ["道路交通安全法42条"]),
        ("道交法56条、实施条例63条、道交法93条2款", ["道交法93条2款"]),
        ("本省条例12条", []),
        ("", []),
    ],
)
def test_only_what_the_tables_know_is_given(basis: str, cited: list[str]) -> None:
    found = articles_cited(basis)

    assert [article for article, _ in found] == cited
    assert all(said["zh"] and said["en"] for _, said in found)
