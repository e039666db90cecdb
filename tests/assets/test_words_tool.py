"""The tool that keeps the catalogues: adding, taking, merging and compiling sentences."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from assets import words


@pytest.fixture(autouse=True)
def locale(tmp_path, monkeypatch):
    """Catalogues of our own, with nothing remembered of them before or after."""
    shutil.copytree(words.LOCALE, tmp_path / "locale", ignore=shutil.ignore_patterns("*.mo"))
    monkeypatch.setattr(words, "LOCALE", tmp_path / "locale")
    monkeypatch.setattr(words, "LEFT_BEHIND", tmp_path / "translations")
    words.spoken.cache_clear()
    yield tmp_path / "locale"
    words.spoken.cache_clear()


def test_a_sentence_is_added_sorted_and_taken_out_again():
    """`add` writes it where its key belongs, `remove` leaves every file as it was."""
    before = {language: words.file_of(language).read_text("utf-8") for language in words.FORMS}
    assert words.main(["add", "borrow.zebra", "--nb", "Lån sebraen", "--en", "Borrow the zebra"]) == 0
    assert not any(words.untidy(language) for language in words.FORMS)
    assert words.read("nb")["borrow.zebra"] == "Lån sebraen"
    assert words.main(["remove", "borrow.zebra"]) == 0
    assert {language: words.file_of(language).read_text("utf-8") for language in words.FORMS} == before


def test_plural_forms_are_counted(capsys):
    """A sentence with a number has as many forms as its language; one form too few is refused, and said so."""
    assert words.main(["add", "zoo", "--nb", "{n} dyr", "{n} dyr", "--en", "{n} animal", "{n} animals"]) == 0
    assert words.spoken("en").ngettext("zoo", "zoo", 2) == "{n} animals"
    assert words.main(["add", "zoo", "--nb", "a", "b", "--en", "a", "b", "--uk", "a", "b"]) == 1
    assert "one, few, many" in capsys.readouterr().err
    assert words.main(["add", "No Key", "--nb", "a", "--en", "a"]) == 1


def test_a_language_falls_back_on_its_neighbour():
    """What is not translated yet is read in Bokmål, in Ukrainian in English; and it is listed as missing."""
    words.main(["add", "borrow.zebra", "--nb", "Lån sebraen", "--en", "Borrow the zebra"])
    said = {language: words.spoken(language).gettext("borrow.zebra") for language in words.FORMS}
    assert said == dict.fromkeys(words.FORMS, "Lån sebraen") | {"en": "Borrow the zebra", "uk": "Borrow the zebra"}
    assert words.missing("sv")["borrow.zebra"] == "Lån sebraen"


def test_sentences_are_taken_from_json(tmp_path):
    """What somebody left as JSON is taken over; what is there already stays, unless it is asked for."""
    old = tmp_path / "translations"
    old.mkdir()
    (old / "nb.json").write_text(
        json.dumps({"done": "Slutt", "zoo": {"one": "{n} ulv", "other": "{n} ulver"}}), "utf-8"
    )
    assert words.main(["take"]) == 0
    assert not list(old.iterdir())
    assert words.read("nb")["done"] == "Ferdig"
    assert words.read("nb")["zoo"] == ("{n} ulv", "{n} ulver")
    again = tmp_path / "nb.json"
    again.write_text(json.dumps({"done": "Slutt"}), "utf-8")
    words.main(["take", str(again), "--over"])
    assert words.read("nb")["done"] == "Slutt"


def test_two_people_add_beside_each_other(tmp_path):
    """Git's union merge keeps both sentences, and `tidy` sets the file right."""
    file = words.file_of("nb")
    versions = []
    for name in ("base", "ours", "theirs"):
        if name != "base":
            words.write("nb", words.read("nb") | {f"borrow.z_{name}": f"Lån for {name}"})
        versions.append(tmp_path / name)
        shutil.copyfile(file, versions[-1])
        shutil.copyfile(versions[0], file)
    base, ours, theirs = versions
    merged = subprocess.run(
        ["git", "merge-file", "-p", "--union", ours, base, theirs], capture_output=True, check=True
    )
    file.write_bytes(merged.stdout)
    words.main(["tidy"])
    assert {"borrow.z_ours", "borrow.z_theirs"} < words.read("nb").keys()
    assert not words.untidy("nb")


def test_a_line_lost_in_a_merge_is_noticed(capsys):
    """A catalogue that is not whole is named by `check`, and a sentence without words still after `tidy`."""
    file = words.file_of("nb")
    file.write_text(file.read_text("utf-8").replace('msgstr "Ferdig"\n', ""), "utf-8")
    assert words.main(["check"]) == 1
    assert "untidy: nb\n" in capsys.readouterr().out
    words.main(["tidy"])
    assert words.main(["check"]) == 1
    assert "no words: nb done\n" in capsys.readouterr().out


def test_compiled_sentences_are_read_while_they_are_new():
    """The `.mo` file is read if it is as new as its catalogue; an older one is not."""
    words.compile_all()
    ready = words.file_of("nb").with_suffix(".mo")
    assert words.spoken("nb").gettext("done") == "Ferdig"
    words.write("nb", words.read("nb") | {"done": "Slutt"})
    os.utime(ready, ns=(0, 0))
    words.spoken.cache_clear()
    assert words.spoken("nb").gettext("done") == "Slutt"
