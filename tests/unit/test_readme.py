"""The README says what the product says."""

from pathlib import Path

from workflows.call.encoding import ASSUMPTIONS

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def test_the_table_of_assumptions_is_the_products() -> None:
    rows = [line for line in README.splitlines() if line.startswith("| ") and line.count("|") == 3]
    table = {cells[1].strip(): cells[2].strip() for row in rows if (cells := row.split("|"))}
    assert {name: table.get(name) for name in ASSUMPTIONS} == dict(ASSUMPTIONS)
