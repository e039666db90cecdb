"""Reading rows out of a damaged SQLite file, page by page, without SQLite.

A row of the journal proves itself: its hash must fit its content. So every leaf page that can still be read is looked
at, in the file and in the committed part of its WAL, and whatever proves itself is taken. Nothing is ever guessed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

Value = int | float | str | bytes | None
Row = tuple[Value, ...]

PAGE = 4096
"""The page size of every file this software has made."""

MAGIC = b"SQLite format 3\x00"
_LEAF = 0x0D
_WAL_HEADER, _FRAME_HEADER = 32, 24
_WAL_MAGIC = (0x377F0682, 0x377F0683)
_HEADER = 100
_INT_SIZES = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}
_FLOAT, _ZERO, _ONE, _FIRST_BLOB = 7, 8, 9, 12
_MOST_BYTES = 4 * 1024 * 1024
"""No row of ours is longer."""


def read_blocks(path: Path) -> dict[int, bytes]:
    """Return the pages of a file that can be read, by number from 1. A missing file has none."""
    pages: dict[int, bytes] = {}
    if not path.exists():
        return pages
    with path.open("rb", buffering=0) as file:
        for number in range(1, path.stat().st_size // PAGE + 2):
            try:
                file.seek((number - 1) * PAGE)
                block = file.read(PAGE)
            except OSError:  # a sector the card cannot read any more
                continue
            if len(block) == PAGE:
                pages[number] = block
    return pages


def committed_frames(wal: Path) -> list[tuple[int, bytes]]:
    """Return page number and content of every frame of a WAL up to its last commit, oldest first."""
    try:
        raw = wal.read_bytes()
    except OSError:
        return []
    if len(raw) < _WAL_HEADER or struct.unpack_from(">I", raw)[0] not in _WAL_MAGIC:
        return []
    order = ">" if struct.unpack_from(">I", raw)[0] & 1 else "<"
    salts, state = raw[16:24], _checksum(raw[:24], (0, 0), order)
    frames: list[tuple[int, bytes]] = []
    committed = 0
    for start in range(_WAL_HEADER, len(raw) - _FRAME_HEADER - PAGE + 1, _FRAME_HEADER + PAGE):
        head, page = raw[start : start + _FRAME_HEADER], raw[start + _FRAME_HEADER : start + _FRAME_HEADER + PAGE]
        state = _checksum(page, _checksum(head[:8], state, order), order)
        if head[8:16] != salts or struct.unpack(">II", head[16:24]) != state:
            break
        number, size = struct.unpack(">II", head[:8])
        frames.append((number, page))
        committed = len(frames) if size else committed
    return frames[:committed]


def _checksum(data: bytes, state: tuple[int, int], order: str) -> tuple[int, int]:
    one, two = state
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two


def rows(database: Path, wal: Path) -> Iterator[Row]:
    """Yield every row of every table leaf that can be read, in no order, possibly more than once.

    Which table a row belongs to is for the caller to tell by its form.
    """
    pages = read_blocks(database)
    frames = committed_frames(wal)
    newest = pages | dict(frames)
    for number, page in [*pages.items(), *frames]:
        yield from _rows_of(page, number, newest)


def _rows_of(page: bytes, number: int, pages: dict[int, bytes]) -> Iterator[Row]:
    start = _HEADER if number == 1 else 0
    if page[start] != _LEAF:
        return
    (count,) = struct.unpack_from(">H", page, start + 3)
    if start + 8 + 2 * count > PAGE:
        return
    for cell in struct.unpack_from(f">{count}H", page, start + 8):
        row = _row_at(page, cell, pages)
        if row is not None:
            yield row


def _row_at(page: bytes, start: int, pages: dict[int, bytes]) -> Row | None:
    try:
        length, at = _varint(page, start)
        _, at = _varint(page, at)
        payload = _payload(page, at, length, pages)
        return None if payload is None else _record(payload)
    except (IndexError, ValueError, struct.error):
        return None


def _payload(page: bytes, at: int, length: int, pages: dict[int, bytes]) -> bytes | None:
    """Return a cell's content, following its overflow pages; None if one of them is gone."""
    if length > _MOST_BYTES:
        return None
    local = _local_bytes(length)
    content = page[at : at + local]
    if local == length:
        return content if len(content) == length else None
    (following,) = struct.unpack_from(">I", page, at + local)
    while len(content) < length:
        if following not in pages:
            return None
        (after,) = struct.unpack_from(">I", pages[following])
        content += pages[following][4 : 4 + length - len(content)]
        following = after
    return content


def _local_bytes(length: int) -> int:
    most, least = PAGE - 35, (PAGE - 12) * 32 // 255 - 23
    if length <= most:
        return length
    wanted = least + (length - least) % (PAGE - 4)
    return wanted if wanted <= most else least


def _record(payload: bytes) -> Row:
    end, at = _varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values = []
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    return tuple(values)


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind >= _FIRST_BLOB:
        end = at + (kind - _FIRST_BLOB) // 2
        content = payload[at:end]
        if len(content) != end - at:
            raise ValueError("a value is cut off")
        return (content.decode() if kind % 2 else content), end
    size = _INT_SIZES[kind] if kind in _INT_SIZES else _unknown(kind)
    content = payload[at : at + size]
    if kind == _FLOAT:
        return float(struct.unpack(">d", content)[0]), at + size
    if kind in (_ZERO, _ONE):
        return kind - _ZERO, at
    return (int.from_bytes(content, "big", signed=True) if kind else None), at + size


def _unknown(kind: int) -> int:
    raise ValueError(f"no value is of kind {kind}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(8):
        byte = data[at + place]
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            return value, at + place + 1
    return value << 8 | data[at + 8], at + 9


def with_header(first: bytes, pages: int) -> bytes:
    """Return page 1 with a header SQLite can open, if it lost its own."""
    if first.startswith(MAGIC):
        return first
    header = bytearray(_HEADER)
    header[:16] = MAGIC
    struct.pack_into(">HBBBBBB", header, 16, PAGE, 2, 2, 0, 64, 32, 32)
    struct.pack_into(">IIIIIIIIII", header, 24, 1, pages, 0, 0, 1, 4, 0, 0, 1, 0)
    struct.pack_into(">II", header, 92, 1, 3040001)
    return bytes(header) + first[_HEADER:]
