"""docs/security.md names only what is there, leaves nothing out, and calls nothing done without anything to show."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")

STATES = ("done", "partly", "not done", "does not apply")
LEAST_WHY = 20
"""Letters of a reason that says something."""

PROVISIONS = """
5.0-1 5.1-1 5.1-2 5.1-2A 5.1-3 5.1-4 5.1-5 5.2-1 5.2-2 5.2-3 5.3-1 5.3-2 5.3-3 5.3-4A 5.3-4B 5.3-5 5.3-6A 5.3-6B
5.3-7 5.3-8 5.3-9 5.3-10 5.3-11 5.3-12 5.3-13 5.3-14 5.3-15A 5.3-15B 5.3-16 5.4-1 5.4-2 5.4-3 5.4-4 5.5-1 5.5-2 5.5-3
5.5-4 5.5-5 5.5-6 5.5-7 5.5-8 5.6-1 5.6-2 5.6-3 5.6-4A 5.6-4B 5.6-5 5.6-6 5.6-7 5.6-8 5.6-9 5.7-1 5.7-2 5.8-1 5.8-2
5.8-3 5.9-1 5.9-2 5.9-3 5.10-1 5.11-1 5.11-2 5.11-3 5.11-4 5.12-1 5.12-2 5.12-3 5.13-1A 5.13-1B 6-1 6-2 6-3A 6-3B 6-4
6-5 6-6 6-7 6-8
"""
"""Table B.1 of ETSI EN 303 645 V3.1.3."""

SECTIONS = """
V1.1 V1.2 V1.3 V1.4 V1.5 V2.1 V2.2 V2.3 V2.4 V3.2 V3.3 V3.4 V3.5 V3.7 V4.1 V4.2 V4.3 V4.4 V5.1 V5.2 V5.3 V5.4 V6.1
V6.2 V6.3 V6.4 V6.5 V6.6 V6.8 V7.1 V7.2 V7.3 V7.4 V7.5 V7.6 V8.1 V8.2 V8.3 V8.4 V9.1 V9.2 V10.1 V10.2 V10.3 V10.4
V10.5 V10.6 V10.7 V11.1 V11.2 V11.3 V11.4 V11.5 V11.6 V12.1 V12.2 V12.3 V13.1 V13.2 V13.3 V13.4 V14.1 V14.2 V14.3
V15.1 V15.2 V15.3 V16.1 V16.2 V16.3 V16.4 V16.5 V17.1 V17.2 V17.3
"""
"""The sections of OWASP ASVS 5.0.0 with requirements of levels 1 or 2."""


@dataclass(frozen=True)
class Row:
    """One row of a table of requirements."""

    what: str
    state: str
    shown: str
    why: str


def rows(page: str, heading: str) -> list[Row]:
    """Return the rows of the table under a heading."""
    part = page.split(f"\n## {heading}\n")[1].split("\n## ", maxsplit=1)[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")][1:]
    return [Row(*(cell.strip() for cell in line.strip("|").split("|"))) for line in lines]


def all_rows(page: str) -> list[Row]:
    return rows(page, "ETSI EN 303 645") + rows(page, "OWASP ASVS, level 2")


def named_tests(text: str) -> list[tuple[str, str]]:
    """Return file and name of every test that is named; `::name` alone is of the file named before it in the line."""
    found = []
    for line in text.splitlines():
        file = ""
        for path, name in re.findall(r"`([\w/]+\.py)?::(\w+)`", line):
            file = path or file
            found.append((file, name))
    return found


def named_files(text: str) -> list[str]:
    """Return every file that is named beside tests: those with a folder, and those of the root by their capitals."""
    return re.findall(r"`((?:[\w.-]+/)+[\w.-]+|[A-Z]+\.md)`", text)


@cache
def collected_from(file: str) -> frozenset[str]:
    """Return the tests that pytest collects from a file: there are no classes of tests here."""
    path = ROOT / file
    if not path.is_file() or not re.fullmatch(r"tests/(\w+/)*test_\w+\.py", file):
        return frozenset()
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[:5] == "test_"
    )


def faults(page: str) -> list[str]:
    """Return what is wrong with the page, a line for each fault."""
    found = [f"no such test: {file}::{name}" for file, name in named_tests(page) if name not in collected_from(file)]
    found += [f"no such file: {file}" for file in named_files(page) if not (ROOT / file).exists()]
    for row in all_rows(page):
        if row.state not in STATES:
            found.append(f"no state: {row.what}")
        if row.state in ("done", "partly") and not named_tests(row.shown) + named_files(row.shown):
            found.append(f"nothing to show: {row.what}")
        if row.state in ("partly", "not done") and len(row.why) < LEAST_WHY:
            found.append(f"no reason: {row.what}")
        if row.state == "does not apply" and not row.why:
            found.append(f"no reason: {row.what}")
    return found


def test_all_that_is_named_is_there():
    """Each test and each file exists; what is done has something to show, and what is not has its reason."""
    assert faults(PAGE) == []
    assert len(named_tests(PAGE)) > len(PROVISIONS.split())


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("::test_no_key_leads_out`", "::test_no_key_leads_in`", "no such test"),
        ("`tests/ui/test_no_escape.py::", "`tests/ui/test_escape.py::", "no such test"),
        ("`docs/dependencies.md`", "`docs/dependences.md`", "no such file"),
        ("| done | `SECURITY.md` |", "| done | |", "nothing to show"),
        ("| not done | | `CHANGELOG.md` alone.", "| well | | `CHANGELOG.md` alone.", "no state"),
        ("| not done | | There is no service that makes releases yet |", "| not done | | |", "no reason"),
    ],
)
def test_a_page_that_has_rotted_is_caught(right: str, wrong: str, fault: str):
    """Planted defects: a test renamed, a file moved, a row without proof, state or reason."""
    assert right in PAGE
    assert any(line.startswith(fault) for line in faults(PAGE.replace(right, wrong, 1)))


def test_no_provision_and_no_section_is_left_out():
    """Each provision and each section stands in one row, in the order of its book."""
    provisions = [
        name for row in rows(PAGE, "ETSI EN 303 645") for name in re.findall(r"\b\d[\d.]*-\d+[AB]?\b", row.what)
    ]
    sections = [name for row in rows(PAGE, "OWASP ASVS, level 2") for name in re.findall(r"\bV\d+\.\d+\b", row.what)]
    assert provisions == PROVISIONS.split()
    assert sections == SECTIONS.split()


@pytest.mark.parametrize("page", ["README.md", "SECURITY.md", "docs/architecture.md"])
def test_the_page_is_found(page: str):
    """Whoever begins at one of the pages where one begins comes to it."""
    target = "security.md" if page.startswith("docs/") else "docs/security.md"
    assert f"({target})" in (ROOT / page).read_text("utf-8")
