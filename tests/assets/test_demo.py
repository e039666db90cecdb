"""The invented library of the demo fits together and says things in right grammar."""

import dataclasses
import re
import string
from datetime import date

import pytest

import assets
from assets import demo

SEVEN = {"nb", "nn", "se", "en", "sv", "da", "uk"}

DEFINITE_ENDINGS = {"m": "en", "f": "a", "n": "et", "pl": "ene"}


def test_every_item_is_complete():
    """Each of the 60 items has a code, names in both languages, a drawing, a tint, a shelf and parts."""
    assert len(demo.items()) == 60
    for item in demo.items():
        assert re.fullmatch(r"\d{10}", item.item_code), item.item_id
        assert re.fullmatch(r"#[0-9A-F]{6}", item.tint), item.item_id
        assert assets.drawing(item.drawing).is_file()
        assert item.parts, item.item_id
        for text in (item.name, item.short, item.definite, item.title, item.use, item.pronoun, item.yours):
            assert text.nb, item.item_id
            assert text.en, item.item_id
        assert item.loan_days >= 1
        assert item.weight > 0
        assert item.replacement_value > 0
        assert item.co2e_kg == tuple(sorted(item.co2e_kg))


def test_ids_are_unique():
    """No two items share an id, a code or a thing, and no two parts of a kit share theirs."""
    for word in ("item_id", "item_code", "thing_id"):
        assert len({getattr(item, word) for item in demo.items()}) == 60, word
    for item in demo.items():
        ids = [part.part_id for part in item.parts]
        assert len(set(ids)) == len(ids), item.item_id
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", part_id) for part_id in ids), ids


def test_short_names_fit_a_title():
    """A short name is at most 20 characters, and starts with a capital in both languages."""
    for item in demo.items():
        assert len(item.short.nb) <= 20, item.short.nb
        assert len(item.short.en) <= 22, item.short.en
        assert item.short.nb[0].isupper()
        assert item.short.en[0].isupper()
        assert len(item.use.nb) <= 60, item.use.nb
        assert len(item.use.en) <= 65, item.use.en


def test_definite_forms_follow_the_gender():
    """The definite form ends as its gender asks, and stands in lower case inside a sentence."""
    for item in demo.items():
        assert item.definite.nb.endswith(DEFINITE_ENDINGS[item.gender]), item.definite.nb
        assert item.definite.nb[0].islower() or item.definite.nb.startswith("SUP"), item.definite.nb
        assert item.definite.en.startswith("the "), item.definite.en
        assert item.plural_en == (item.gender == "pl")


def test_sentences_are_right():
    """The words of a thing make right sentences in masculine, feminine, neuter and plural."""
    said = []
    for item_id in ("DEMO-001", "DEMO-030", "DEMO-040", "DEMO-052"):
        item = demo.item(item_id)
        said.append(f"Takk! {item.title.nb} er levert. {item.pronoun.nb.title()} er {item.yours.nb}.")
    assert said == [
        "Takk! Slagdrillen er levert. Den er din.",
        "Takk! Hekksaksa er levert. Den er di.",
        "Takk! Teltet er levert. Det er ditt.",
        "Takk! Trugene er levert. De er dine.",
    ]
    assert f"{demo.item('DEMO-001').title.en} is returned." == "The hammer drill is returned."
    assert f"{demo.item('DEMO-052').title.en} are returned." == "The snowshoes are returned."


def test_every_part_has_english_with_its_quantity():
    """Each part has an English name that keeps every number of the Norwegian one."""
    for item in demo.items():
        for part in item.parts:
            assert part.name.en[0].isupper(), part
            assert not re.search("[æøåÆØÅ]", part.name.en), part
            counted = re.findall(r"\d+", part.name.nb.replace("Åre 3-delt", "3"))
            assert re.findall(r"\d+", part.name.en) == counted, part


def test_a_kit_has_what_it_cannot_do_without():
    """Every kit has an essential part, and a case, a bag or a manual never is one."""
    for item in demo.items():
        assert any(part.essential for part in item.parts), item.item_id
        for part in item.parts:
            assert not (part.essential and part.part_id in {"koffert", "kasse", "veske", "manual"}), part


def test_the_same_word_has_another_drawing_in_another_kit():
    """What items.json says of one kit wins: "Pistol" is a nail gun, a heat gun or a spray gun."""
    drawn = {item.item_id: part.drawing for item in demo.items() for part in item.parts if part.name.nb == "Pistol"}
    assert drawn == {
        "DEMO-010": "nail-gun",
        "DEMO-011": "heat-gun",
        "DEMO-012": "paint-sprayer",
        "DEMO-024": "spray-gun",
    }


def test_a_part_without_its_own_drawing_has_none():
    """A part that its kit does not name has no drawing, and every drawing named has its picture."""
    assert {part.name.nb: part.drawing for part in demo.item("DEMO-020").parts}["Sveiv"] is None
    for item in demo.items():
        for part in item.parts:
            assert part.drawing is None or part.drawing in assets.drawings(), part


def test_every_item_stands_at_one_place():
    """Each item is on one shelf of one station; the drill and the tent stand at Bragernes."""
    assert [(station.station_id, station.name) for station in demo.stations()] == [
        ("ls-0001", "Bragernes"),
        ("ls-0002", "Åssiden"),
        ("ls-0003", "Gulskogen"),
    ]
    placed = [item_id for station in demo.stations() for item_id in station.shelves.values()]
    assert sorted(placed) == [item.item_id for item in demo.items()]
    assert sum(len(demo.items_at(station.station_id)) for station in demo.stations()) == 60
    assert {demo.item(item_id).station for item_id in ("DEMO-001", "DEMO-040")} == {"ls-0001"}
    assert demo.item("DEMO-001").shelf == "B3"


def test_large_things_do_not_stand_on_a_shelf():
    """The letter of the place tells the size: G on the floor, U outdoors, D large, A to C the rest."""
    letters = {"S": "ABC", "M": "ABC", "L": "D", "floor": "G", "outdoor": "U"}
    for item in demo.items():
        assert item.shelf[0] in letters[item.locker_size], item.item_id


def test_categories_are_complete():
    """Nine categories have names, an icon, a drawing and the tint of their items; none is empty."""
    by_id = {category.category_id: category for category in demo.categories()}
    assert len(by_id) == 9
    assert {item.category for item in demo.items()} == set(by_id)
    for item in demo.items():
        assert item.tint == by_id[item.category].tint
    for category in by_id.values():
        assert assets.icon(category.icon)
        assert assets.drawing(category.drawing)
        assert len(category.short.nb) <= 11


def test_card_numbers_are_invented_and_unique():
    """200 cards have numbers from the invented range N999, all different, as are their UIDs."""
    numbers = [card.card_number for card in demo.cards()]
    assert len(set(numbers)) == 200
    assert all(re.fullmatch(r"N999\d{6}", number) for number in numbers)
    uids = [card.uid for card in demo.cards() if card.uid]
    assert len(set(uids)) == len(uids) > 100
    assert len(uids) < 200
    for uid in uids:
        assert len(uid) in {8, 14}
        assert set(uid) <= set(string.hexdigits.upper())
        assert len(uid) == 8 or uid.startswith("04")


def test_cards_say_nothing_of_a_person():
    """A card has a number, a UID, a category, an age band and rights, and nothing else."""
    header = assets.path("demo/cards.csv").read_text("utf-8").splitlines()[0]
    assert header == "card_number,uid,category,age_from,expires,blocked,blocked_reason,trainings"
    assert {card.age_from for card in demo.cards()} == {0, 12, 15, 18}
    assert all((card.category == "child") == (card.age_from < 18) for card in demo.cards())


def test_the_first_five_cards_are_for_showing():
    """Card 1 is in order, 2 blocked, 3 expired, 4 a child's, and 5 has every training."""
    good, blocked, expired, child, trained = demo.cards()[:5]
    today = date(2026, 11, 22)
    assert not good.blocked
    assert good.expires > today
    assert blocked.blocked
    assert blocked.blocked_reason
    assert expired.expires < today
    assert child.category == "child"
    assert trained.trainings == {item.training for item in demo.items() if item.training}


def test_only_a_blocked_card_has_a_reason():
    """A few cards are blocked, each with a reason; no other card has one."""
    assert all(card.blocked == bool(card.blocked_reason) for card in demo.cards())
    assert 3 <= sum(card.blocked for card in demo.cards()) <= 12


def test_training_is_asked_for_class_c_only():
    """A thing that asks for a training mark is of risk class C."""
    asked = {item.item_id for item in demo.items() if item.training}
    assert "DEMO-034" in asked
    assert all(item.risk_class == "C" for item in demo.items() if item.training)


def test_what_is_loaded_cannot_be_changed():
    """Items, cards, stations and categories are frozen, and a second call gives the same values."""
    for load in (demo.items, demo.cards, demo.stations, demo.categories):
        first = load()[0]
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(first, dataclasses.fields(first)[0].name, "other")
        assert load() is load()
    with pytest.raises(TypeError):
        demo.stations()[0].shelves["A1"] = "DEMO-040"


def test_unknown_item_and_station():
    """An unknown item is a KeyError that names it; at an unknown station nothing stands."""
    with pytest.raises(KeyError, match="DEMO-999"):
        demo.item("DEMO-999")
    assert demo.items_at("ls-9999") == ()


def test_every_thing_has_a_page_in_two_languages():
    """Each thing has tasks, other names, two to four short steps and a rent that is less than a new one costs."""
    by_thing = {item.thing_id: item for item in demo.items()}
    assert {page.thing_id for page in demo.pages()} == by_thing.keys()
    for page in demo.pages():
        assert page.tasks, page.thing_id
        assert {"nb", "en"} <= page.words.keys(), page.thing_id
        assert 2 <= len(page.how_to) <= 4, page.thing_id
        for line in (*page.tasks, *page.how_to, *page.more, page.rent_basis):
            assert line["nb"], line
            assert line["en"], line
        assert all(len(step["nb"]) <= 70 and step["nb"].endswith(".") for step in page.how_to), page.thing_id
        assert 0 < page.rent_kroner < by_thing[page.thing_id].replacement_value
        assert "oppdiktet" in page.rent_basis["nb"]


def test_places_and_messages_are_there_to_show():
    """There are at least eight places of several kinds, and a message of every kind, in both languages."""
    assert len(demo.places()) >= 8
    assert len({place["kind"] for place in demo.places()}) >= 5
    for place in demo.places():
        assert all(place[text][language] for text in ("what", "hours") for language in ("nb", "en"))
        assert place["address"]
    assert {message.kind for message in demo.messages()} == {"welcome", "event", "notice"}
    assert all({"nb", "en"} <= message.words.keys() for message in demo.messages())


def _texts():
    for item in demo.items():
        yield from (item.short, item.definite, item.use, item.yours, *(part.name for part in item.parts))
        yield from (text for text in (item.consumables, item.requirement) if text is not None)
    for category in demo.categories():
        yield from (category.name, category.short)
    for station in demo.stations():
        yield from (station.kind, station.place)


def _told():
    for place in demo.places():
        yield from (place["what"], place["hours"])
    yield from (message.words for message in demo.messages())
    for page in demo.pages():
        yield from (page.rent_basis, *page.tasks, *page.how_to, *page.more)
    yield from (text.as_dict() for text in _texts())


def test_everything_is_said_in_seven_languages():
    """Each name, part, use, task, step, place and message is in every language, and so is what things are called."""
    assert [words["nb"] for words in _told() if set(words) != SEVEN or not all(words.values())] == []
    assert [page.thing_id for page in demo.pages() if set(page.words) != SEVEN or not all(page.words.values())] == []


def test_translations_keep_their_numbers():
    """A part or an opening hour has the same numbers in every language."""
    for words in _told():
        counted = re.findall(r"\d+", words["nb"])
        assert {tag: re.findall(r"\d+", said) for tag, said in words.items() if tag != "en"} == {
            tag: counted for tag in words if tag != "en"
        }, words["nb"]


@pytest.mark.parametrize("tag", ["nn", "se", "sv", "da", "uk"])
def test_names_in_other_languages_fit(tag):
    """A short name has at most 25 letters and a capital; the definite form is small inside a sentence."""
    for item in demo.items():
        short, definite = item.short.as_dict()[tag], item.definite.as_dict()[tag]
        assert len(short) <= 25, short
        assert short[0].isupper(), short
        assert definite[0].islower() or definite.startswith("SUP"), definite
        assert item.yours.as_dict()[tag] in {"din", "di", "ditt", "dine"}
        assert len(item.use.as_dict()[tag]) <= 65, item.use


DEFINITE = {
    "nn": {"din": ("en",), "di": ("a",), "ditt": ("et",), "dine": ("ene",)},
    "sv": {"din": ("en", "n"), "ditt": ("et",), "dine": ("na", "en")},
    "da": {"din": ("en",), "ditt": ("et",), "dine": ("ene", "ne")},
}


@pytest.mark.parametrize("tag", ["nn", "sv", "da"])
def test_other_definite_forms_follow_their_gender(tag):
    """In Nynorsk, Swedish and Danish too the ending of a thing fits the words around it."""
    for item in demo.items():
        definite, form = item.definite.as_dict()[tag], item.yours.as_dict()[tag]
        assert definite.endswith(DEFINITE[tag][form]), definite
