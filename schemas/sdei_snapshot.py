#!/usr/bin/env python3
"""An independent reader of the SDEI snapshot format (`.sdei`), version 0.1.

Written from `sdei-snapshot.md` beside this file and from nothing else; the section numbers below are that document's.
It needs only the standard library of Python 3.9.

    sdei_snapshot.py FILE               check FILE ("-": standard input) and print the JSON text of section 8
    sdei_snapshot.py --batch DIR        for each regular file in DIR a line: name, "ok" and the SHA-256 of the text,
                                        or name, "refused" and why
    sdei_snapshot.py --damage FILE...   try every truncation and every single-bit flip, and count the refusals

Exit status: 0 fine, 1 a damaged copy was accepted, 2 refused (or unreadable, or wrong usage).

A file is read in three steps: the header; all records with their checksums; the bodies. Bitmaps, columns and packed
values stay in their encoded form and are walked again by whoever needs them, and the text is made piece by piece, so
that a count or a range costs nothing but the bytes that state it.
"""
from __future__ import annotations

import hashlib
import heapq
import os
import struct
import sys
import zlib
from array import array
from collections import namedtuple
from itertools import chain, groupby, islice, repeat
from typing import Any, Callable, Dict, Iterable, Iterator, List, NamedTuple, NoReturn, Optional, Tuple

Range = Tuple[int, int]  # a..<b

MAGIC = bytes.fromhex("89 53 44 45 49 0D 0A 1A")
WHOLE, VM_PART, VCPU_PART = 0, 1, 2
DIALECTS = ("specification", "kvm-v4", "kvm-v5", "kvm-v7", "tf-a", "qemu-rfc")
TAG_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789-")
RECORDS = {1: "INSTANCE", 2: "PART", 3: "VCPUS", 4: "EVENTS", 5: "HANDLERS", 6: "CONTEXTS", 7: "EXTRAS", 65535: "END"}
INSTANCE, PART, VCPUS, EVENTS, HANDLERS, CONTEXTS, EXTRAS, END = RECORDS
MUST_UNDERSTAND, DEFLATED, RESERVED_FLAGS = 1, 4, 0xFFF8
LITERAL, CONSTANT, AFFINE = 0, 1, 2
M32, M64 = 1 << 32, 1 << 64
STATES = (None, "on", "off", "suspended", "standby")
KNOWN, SIGNALABLE, LEVEL, BOUND, NOTIFIER = 1, 2, 4, 8, 16
STATE = ("registered", "enabled", "running", "unregisterPending", "relative", "pending", "entry", "argument")

# Section 4: name, list, bits, least value, dialect.
FIELDS = {
    1: ("surplusExposed", 1, 32, 1, "kvm-v5"),
    2: ("surplusRegistered", 1, 32, 1, "kvm-v5"),
    3: ("exposedOrder", 2, None, None, "kvm-v5"),
    4: ("registeredOrder", 2, None, None, "kvm-v5"),
    5: ("notifier", 3, 64, 1, "kvm-v5"),
    6: ("signaled", 3, 8, 2, "kvm-v5"),
    7: ("exposedPadding", 3, 40, 1, "kvm-v5"),
    8: ("registeredPadding", 3, 24, 1, "kvm-v5"),
    9: ("registeredHole", 3, 32, 1, "kvm-v5"),
    10: ("masked", 4, 8, 2, "kvm-v5"),
    11: ("vcpuPadding", 4, 56, 1, "kvm-v5"),
    12: ("surplusQueued", 4, 32, 1, "kvm-v5"),
    13: ("mpidrFlags", 4, 64, 1, "kvm-v5"),
    14: ("queueOrder", 5, None, None, "kvm-v5"),
    15: ("queuePadding", 6, 32, 1, "kvm-v5"),
}


class Refused(Exception):
    """A rule that the file breaks: where, what was found, what was expected."""


def refuse(offset: int, found: str, expected: str) -> NoReturn:
    raise Refused(f"byte 0x{offset:x}: found {found}, expected {expected}")


def check(rule: Any, offset: int, found: str, expected: str) -> None:
    if not rule:
        refuse(offset, found, expected)


# ---- Section 1: header and records ----------------------------------------------------------------------------------

Header = namedtuple("Header", "length scope dialect producer tags")
Record = namedtuple("Record", "at type flags crc length end")


def plain_text(raw: bytes) -> Optional[str]:
    """UTF-8 without control characters, or None."""
    try:
        text = bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if any(c < " " or "\x7f" <= c <= "\x9f" for c in text) else text


def read_header(data: bytes) -> Header:
    check(len(data) >= 32, len(data), f"a file of {len(data)} bytes", "a header of 32 bytes or more")
    magic, major, minor, h, body, scope, reserved, d, p, t = struct.unpack_from("<8sHHIQBBHHH", data)
    check(magic == MAGIC, 0, f"magic {magic.hex()}", MAGIC.hex())
    check(40 <= h <= 65536 and h % 8 == 0, 12, f"header length {h}", "a multiple of 8 from 40 to 65536")
    check(h <= len(data), len(data), f"a file of {len(data)} bytes", f"a header of {h} bytes")
    stored, crc = int.from_bytes(data[h - 4:h], "little"), zlib.crc32(data[:h - 4])
    check(stored == crc, h - 4, f"header CRC 0x{stored:08x}", f"0x{crc:08x}")
    if (major, minor) != (0, 1):
        producer = bytes(data[32 + d:min(32 + d + p, h - 4)]).decode("utf-8", "replace")
        refuse(8, f"format version {major}.{minor} made by {producer!a}", "version 0.1")
    check(h + body == len(data), 16, f"body length {body}", f"{len(data) - h}, the rest of the file")
    check(scope <= VCPU_PART, 24, f"scope {scope}", "0, 1 or 2")
    check(reserved == 0, 25, f"reserved byte {reserved}", "0")
    check(1 <= d <= 64, 26, f"dialect name of {d} bytes", "1 to 64")
    check(p <= 1024, 28, f"producer of {p} bytes", "at most 1024")
    check(t <= 1024, 30, f"feature tags of {t} bytes", "at most 1024")
    check(h == (36 + d + p + t + 7) // 8 * 8, 12, f"header length {h}", f"{(36 + d + p + t + 7) // 8 * 8}")
    dialect = bytes(data[32:32 + d]).decode("ascii", "replace")
    check(dialect in DIALECTS, 32, f"dialect {dialect!a}", "one of " + " ".join(DIALECTS))
    producer = plain_text(data[32 + d:32 + d + p])
    check(producer is not None, 32 + d, "an ill-formed producer", "UTF-8 without control characters")
    tags = read_tags(bytes(data[32 + d + p:32 + d + p + t]), 32 + d + p)
    check(not any(data[32 + d + p + t:h - 4]), 32 + d + p + t, "padding that is not zero", "zero bytes")
    return Header(h, scope, dialect, producer, tags)


def read_tags(raw: bytes, at: int) -> List[str]:
    tags = raw.split(b" ") if raw else []
    well_formed = all(tag and TAG_BYTES.issuperset(tag) for tag in tags) and all(a < b for a, b in zip(tags, tags[1:]))
    check(well_formed, at, f"feature tags {raw!a}", "names in ascending order, one space between two")
    for tag in tags:
        check(tag == b"deflate", at, f"required feature {tag.decode()!a}", "a feature known here (deflate)")
    return [tag.decode() for tag in tags]


def read_frames(data: bytes, at: int) -> Iterator[Record]:
    """All records, each with its frame and its checksum checked."""
    while at < len(data):
        check(len(data) - at >= 16, at, f"{len(data) - at} bytes", "a record header of 16 bytes")
        kind, flags, stored, length = struct.unpack_from("<HHIQ", data, at)
        end = at + 16 + length + -length % 8
        check(end <= len(data), at + 8, f"body length {length}", f"at most the {len(data) - at - 16} bytes left")
        crc = zlib.crc32(data[at + 8:end], zlib.crc32(data[at:at + 4]))
        check(stored == crc, at + 4, f"CRC 0x{stored:08x} of a record of type {kind}", f"0x{crc:08x}")
        check(not flags & RESERVED_FLAGS, at + 2, f"flags 0x{flags:x}", "bits 3 to 15 to be 0")
        check(not any(data[at + 16 + length:end]), at + 16 + length, "padding that is not zero", "zero bytes")
        yield Record(at, kind, flags, stored, length, end)
        at = end


def read_records(data: bytes, header: Header) -> Dict[int, Record]:
    """The records that version 0.1 knows, but for END."""
    records: Dict[int, Record] = {}
    last = count = crcs = all_flags = 0
    for record in read_frames(data, header.length):
        at, kind, flags = record.at, record.type, record.flags
        all_flags |= flags
        if kind == END:
            check_end(data, record, count, crcs)
            deflated = bool(all_flags & DEFLATED)
            check(deflated == ("deflate" in header.tags), 30, f"tags {header.tags}", "deflate if a record is deflated")
            for needed in (INSTANCE, VCPUS):
                check(needed in records, at, "END", f"a record {RECORDS[needed]} before it")
            has_part = PART in records
            check(has_part == (header.scope == VCPU_PART), 24, f"scope {header.scope}", "2 exactly with a record PART")
            return records
        check(kind, at, "record type 0", "a type from 1 to 65535")
        if kind in RECORDS:
            check(kind > last, at, f"{RECORDS[kind]} behind {RECORDS.get(last)}", "each type once, ascending")
            check(flags & ~DEFLATED == MUST_UNDERSTAND, at + 2, f"flags {flags} of {RECORDS[kind]}", "1 or 5")
            records[kind], last = record, kind
        else:
            check(not flags & MUST_UNDERSTAND, at, f"type {kind}, must-understand", "a record type of version 0.1")
        count, crcs = count + 1, zlib.crc32(struct.pack("<I", record.crc), crcs)
    refuse(len(data), "the end of the file", "an END record")


def check_end(data: bytes, end: Record, count: int, crcs: int) -> None:
    check(end.flags == MUST_UNDERSTAND, end.at + 2, f"flags {end.flags} of END", "1")
    check(end.length == 8, end.at + 8, f"END of {end.length} bytes", "8")
    told, told_crcs = struct.unpack_from("<II", data, end.at + 16)
    check(told == count, end.at + 16, f"{told} records told by END", f"{count}")
    check(told_crcs == crcs, end.at + 20, f"CRC 0x{told_crcs:08x} of the CRCs", f"0x{crcs:08x}")
    check(end.end == len(data), end.end, f"{len(data) - end.end} bytes behind END", "the end of the file")


def open_body(data: bytes, record: Record) -> Body:
    """The content of a record, inflated where it is deflated (section 5)."""
    at, length = record.at + 16, record.length
    if not record.flags & DEFLATED:
        return Body(data[at:at + length], at, False)
    check(length >= 8, at, f"a deflated body of {length} bytes", "an inflated length of 8 bytes")
    size = int.from_bytes(data[at:at + 8], "little")
    check(size <= 4 * length, at, f"inflated length {size}", f"at most 4 times {length}")
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(data[at + 8:at + length], size + 1)
    except zlib.error as error:
        refuse(at + 8, f"a stream that does not inflate ({error})", "a zlib stream (RFC 1950)")
    check(len(content) == size, at, f"inflated length {size}", "the length of what the stream holds")
    check(stream.eof and not stream.unused_data, at + 8, "a zlib stream of another length", "that of the body")
    return Body(content, at, True)


# ---- Section 2: values ----------------------------------------------------------------------------------------------

def signed(value: int) -> int:
    return value - M64 if value >> 63 else value


def bytes_for(number: int) -> int:
    """The smallest p such that p bytes, sign-extended, are the (signed) number."""
    return (number if number >= 0 else ~number).bit_length() // 8 + 1 if number else 0


class Packed(NamedTuple):
    """packed(n), left in its bytes: `high` is the shifted prefix."""
    data: bytes
    at: int
    width: int
    high: int
    size: int

    def value(self, i: int) -> int:
        at = self.at + i * self.width
        return self.high | int.from_bytes(self.data[at:at + self.width], "little")

    def values(self) -> Iterator[int]:
        return map(self.value, range(self.size))


class Run(NamedTuple):
    """A run of a column; `at` is its place in the body, `literals` is None unless it is literal."""
    at: int
    start: int
    end: int
    base: int
    stride: int
    literals: Optional[Packed]

    def value(self, i: int) -> int:
        return self.literals.value(i) if self.literals else (self.base + i * self.stride) % M64

    def values(self) -> Iterator[int]:
        return map(self.value, range(self.end - self.start))

    def bounds(self) -> Range:
        """Least and greatest value, provided that all are below 2^63: then no step can wrap around, and in an affine
        run the ends tell. Where a value is not, neither are these."""
        if self.literals:
            return min(self.literals.values()), max(self.literals.values())
        last = self.base + (self.end - self.start - 1) * signed(self.stride)
        return min(self.base, last), max(self.base, last)

    def contains_zero(self) -> bool:
        if self.literals:
            return not all(self.literals.values())
        if not self.stride:
            return not self.base
        # base + i * stride = 0 modulo 2^64 is solvable only when the stride's power of two divides the base.
        power = self.stride & -self.stride
        modulus = M64 // power
        least = -(self.base // power) * pow(self.stride // power, -1, modulus) % modulus
        return not self.base % power and least < self.end - self.start


class Bitmap(NamedTuple):
    """bitmap(V), left in its bytes: `ranges` walks through its maximal ranges."""
    at: int
    empty: bool
    ranges: Callable[[], Iterator[Range]]


class Column(NamedTuple):
    """column, left in its bytes: `runs` walks through its runs."""
    at: int
    empty: bool
    runs: Callable[[], Iterator[Run]]

    def ranges(self) -> Iterator[Range]:
        return ((run.start, run.end) for run in self.runs())

    def dense(self, count: int) -> Iterator[int]:
        """The values of the indexes 0..<count, zeros included."""
        at = 0
        for run in self.runs():
            yield from chain(repeat(0, run.start - at), run.values())
            at = run.end
        yield from repeat(0, count - at)


class Body:
    """The content of one record, read from front to back."""

    def __init__(self, data: bytes, origin: int, inflated: bool, pos: int = 0):
        self.data, self.origin, self.inflated, self.pos = data, origin, inflated, pos

    def at(self, pos: int) -> Body:
        return Body(self.data, self.origin, self.inflated, pos)

    def check(self, rule: Any, pos: int, found: str, expected: str) -> None:
        if not rule and self.inflated:
            refuse(self.origin, f"{found} (at byte 0x{pos:x} of the inflated body)", expected)
        check(rule, self.origin + pos, found, expected)

    def need(self, size: int, what: str) -> None:
        left = len(self.data) - self.pos
        if size > left:
            self.check(False, self.pos, f"{left} bytes left in the body for {what}", f"at least {size}")

    def take(self, size: int, what: str) -> bytes:
        self.need(size, what)
        self.pos += size
        return self.data[self.pos - size:self.pos]

    def done(self) -> None:
        self.check(self.pos == len(self.data), self.pos, f"{len(self.data) - self.pos} more bytes", "the body's end")

    def varint(self, what: str, limit: int = M64, least: int = 0) -> int:
        start, value, shift, byte = self.pos, 0, 0, 0x80
        while byte & 0x80:
            if shift == 70:
                self.check(False, start, f"more than 10 bytes for {what}", "a varint of at most 10")
            byte = self.take(1, what)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
        self.check(byte or shift == 7, start, "a varint with a last byte of zero", "the shortest one")
        if not least <= value < limit:
            self.check(False, start, f"{value} for {what}", f"a value in {least}..<{limit}")
        return value

    def sized(self, what: str) -> int:
        start, size = self.pos, self.take(1, what)[0]
        self.check(size <= 8, start, f"a value of {size} bytes for {what}", "at most 8")
        number = int.from_bytes(self.take(size, what), "little", signed=True)
        self.check(size == bytes_for(number), start, f"{size} bytes for {what}", f"the fewest, {bytes_for(number)}")
        return number % M64

    def string(self, what: str) -> str:
        start = self.pos
        text = plain_text(self.take(self.varint(f"length of {what}"), what))
        self.check(text, start, f"an empty or ill-formed {what}", "UTF-8 without control characters")
        return text

    def packed(self, count: int, what: str) -> Packed:
        if not count:
            return Packed(b"", 0, 0, 0, 0)
        start, head = self.pos, self.take(1, what)[0]
        w, p = head & 15, head >> 4
        self.check(w + p <= 8, start, f"w = {w} and p = {p} for {what}", "w + p of at most 8")
        high = (int.from_bytes(self.take(p, what), "little", signed=True) << 8 * w) % M64
        values = Packed(self.data, self.pos, w, high, count)
        self.need(count * w, what)
        self.pos += count * w
        top = self.data[values.at + w - 1:self.pos:w] if w else b""  # the highest byte of every value
        self.check(not w or len(set(top)) > 1, start, f"w = {w} for {what}", "the width in which the values differ")
        least = min(bytes_for(signed(values.value(0)) >> 8 * w), 8 - w)
        self.check(p == least, start, f"p = {p} for {what}", f"the shortest prefix, {least}")
        return values

    def bitmap(self, v: int, what: str) -> Bitmap:
        start, tag = self.pos, self.take(1, what)[0]
        self.check(tag <= 3, start, f"tag {tag} for {what}", "0, 1, 2 or 3")
        if tag == 0:
            return Bitmap(start, True, lambda: iter(()))
        if tag == 1:
            self.check(v, start, f"tag 1 for {what} of nothing", "tag 0")
            return Bitmap(start, False, lambda: iter([(0, v)]))
        count = self.varint(f"count of {what}", M32, 1)
        self.need(count * (2 if tag == 2 else 8), what)
        content, n, one, end = self.pos, 0, None, 0
        if tag == 2:
            bitmap = Bitmap(start, False, lambda: read_ranges(self.at(content), count))
            walk = read_ranges(self, count)
        else:
            self.pos += 8 * count
            self.check(any(self.data[self.pos - 8:self.pos]), self.pos - 8, f"{what} with a last word of 0", "another")
            bitmap = Bitmap(start, False, lambda: word_ranges(self.data, content, count))
            walk = bitmap.ranges()
        for n, one in enumerate(walk, 1):
            end = one[1]
        k = (end - 1) // 64 + 1
        self.check(end <= M32, start, f"index {end - 1} in {what}", "indexes below 2^32")
        self.check(n > 1 or one != (0, v), start, f"tag {tag} for {what}, which is 0..<{v}", "tag 1")
        self.check((n <= k) == (tag == 2), start, f"tag {tag} for {what}: {n} ranges, {k} words", f"tag {5 - tag}")
        return bitmap

    def column(self, what: str, least: int = 1, limit: int = M64, indexes: int = M32) -> Column:
        """A column of values in least..<limit at indexes below `indexes`."""
        start = self.pos
        check_cut(self, self.check_runs(what, least, limit, indexes), what)
        return Column(start, not self.data[start], lambda: read_runs(self.at(start)))

    def check_runs(self, what: str, least: int, limit: int, indexes: int) -> Iterator[Run]:
        for run in read_runs(self):
            self.check(run.end <= indexes, run.at, f"index {run.end - 1} in {what}", f"indexes below {indexes}")
            low, high = run.bounds() if limit < M64 else (least, least)
            in_range = least <= low and high < limit
            self.check(in_range, run.at, f"a value of {what} out of range", f"values in {least}..<0x{limit:x}")
            yield run


def read_ranges(body: Body, count: int) -> Iterator[Range]:
    """The content of a bitmap with tag 2."""
    end = 0
    for i in range(count):
        at = body.pos
        start = end + body.varint("gap of a range", least=min(i, 1))
        end = start + body.varint("length of a range", least=1)
        body.check(end <= M32, at, f"a range up to {end - 1}", "indexes below 2^32")
        yield start, end


def word_ranges(data: bytes, at: int, count: int) -> Iterator[Range]:
    """The maximal ranges of a bitmap with tag 3."""
    start = None
    for base in range(0, 64 * count, 64):
        word, bit = int.from_bytes(data[at + base // 8:at + base // 8 + 8], "little"), 0
        while rest := (word if start is None else word ^ (M64 - 1)) >> bit:
            bit += (rest & -rest).bit_length() - 1
            if start is None:
                start = base + bit
            else:
                yield start, base + bit
                start = None
    if start is not None:
        yield start, 64 * count


def read_runs(body: Body) -> Iterator[Run]:
    """The content of a column: its runs, each checked for itself."""
    end, runs = 0, body.varint("number of runs")
    body.need(3 * runs, f"{runs} runs")
    for _ in range(runs):
        at = body.pos
        start = end + body.varint("gap of a run")
        word = body.varint("count and kind of a run", least=4)
        count, kind = word >> 2, word & 3
        end = start + count
        body.check(end <= M32, at, f"a run up to {end - 1}", "indexes below 2^32")
        body.check(kind <= AFFINE, at, f"run of kind {kind}", "kind 0, 1 or 2")
        if kind == LITERAL:
            literals = body.packed(count, "literal values")
            body.check(count < 4 or literals.width, at, f"{count} literals with w = 0", "w of at least 1 for 4 or more")
            run = Run(at, start, end, 0, 0, literals)
        else:
            body.check(count >= 4, at, f"a constant or affine run of {count}", "at least 4 members")
            base = body.sized("base")
            stride = body.sized("stride") if kind == AFFINE else 0
            body.check(kind == CONSTANT or stride, at, "stride 0", "another, or a constant run")
            run = Run(at, start, end, base, stride, None)
        body.check(not run.contains_zero(), at, "a run that contains the value 0", "other values")
        yield run


def check_cut(body: Body, runs: Iterator[Run], what: str) -> None:
    """The cut into runs is the one that the values determine. By induction it is enough that a constant or affine run
    (of at least 4) does not go on behind its end, and that no literal index starts a progression of 4."""
    run = next(runs, None)
    while run:
        after = next(runs, None)
        touching = after if after and after.start == run.end else None
        if run.literals:
            body.check(not (touching and touching.literals), run.at, f"touching literal runs of {what}", "one")
            previous = step = None
            equal = 0  # steps in a row
            for value in chain(run.values(), islice(touching.values(), 3) if touching else ()):
                if previous is not None:
                    step, last = (value - previous) % M64, step
                    equal = equal + 1 if step == last else 1
                    if equal == 3:
                        body.check(False, run.at, f"literals of {what} in progression", "a constant or affine run")
                previous = value
        elif touching:
            goes_on = touching.value(0) == run.value(run.end - run.start)
            body.check(not goes_on, run.at, f"a run of {what} that goes on behind its end", "the longest one")
        run = after


# ---- Sections 3 and 4: bodies ---------------------------------------------------------------------------------------

Event = namedtuple("Event", "number flags type priority mode affinity interrupt notifier")
Context = namedtuple("Context", "vcpu level event position registers")


def read_events(body: Body) -> List[Event]:
    n = body.varint("number of events", M32, 1)
    body.need(4 * n, f"{n} events")
    at, numbers = body.pos, body.packed(n, "event numbers")
    later = islice(numbers.values(), 1, None)
    ascending = all(a < b for a, b in zip(numbers.values(), later))
    body.check(ascending, at, "event numbers out of order", "strictly ascending ones")
    at = body.pos
    flags, types, priorities, modes = (body.take(n, what) for what in ("flags", "types", "priorities", "modes"))
    for rank, (flag, kind, priority) in enumerate(zip(flags, types, priorities)):
        body.check(not flag >> 5, at + rank, f"event flags 0x{flag:02x}", "bits 5 to 7 to be 0")
        none = not (flag or kind or priority)
        body.check(flag & KNOWN or none, at + rank, "a definition without bit 0", "flags, type, priority 0")
    affinities = body.column("routing affinities", indexes=n).dense(n)
    interrupts = [body.varint("interrupt", M32) if flag & BOUND else 0 for flag in flags]
    notifiers = [body.string("notifier") if flag & NOTIFIER else "" for flag in flags]
    body.done()
    return list(map(Event, numbers.values(), flags, types, priorities, modes, affinities, interrupts, notifiers))


def read_handlers(body: Body, events: int, n: int) -> List[Dict[str, Any]]:
    """What each event has: bitmaps and columns by name."""
    body.need(max(events, 1), f"the state of {events} events")
    states = [read_state(body, n) for _ in range(events)]
    body.done()
    body.check(any(states), 0, "HANDLERS without anything", "no such record")
    return states


def read_state(body: Body, n: int) -> Dict[str, Any]:
    mask, state = body.take(1, "what an event has")[0], {}
    for bit, name in enumerate(STATE):
        if mask >> bit & 1:
            thing = body.bitmap(n, name) if bit < 5 else body.column(name, limit=M32 if name == "pending" else M64)
            body.check(not thing.empty, thing.at, f"{name} without anything", f"bit {bit} to be clear")
            state[name] = thing
    return state


def read_contexts(body: Body, length: int) -> List[List[Context]]:
    levels = [read_level(body, level, length) for level in ("normal", "critical")]
    body.done()
    body.check(any(levels), 0, "CONTEXTS without a context", "no such record")
    return levels


def read_level(body: Body, level: str, length: int) -> List[Context]:
    at, n = body.pos, body.varint(f"number of {level} contexts", M32)
    if not n:
        return []
    body.check(3 * n <= length, at, f"{n} contexts", f"at most a third of the record's length {length}")
    at, vcpus = body.pos, array("I", struct.unpack(f"<{n}I", body.take(4 * n, "vCPUs of contexts")))
    body.check(all(a < b for a, b in zip(vcpus, vcpus[1:])), at, "vCPUs of contexts out of order", "ascending ones")
    marked = body.bitmap(n, "contexts with an event number")
    marks, m = bytearray(n), 0
    for start, end in marked.ranges():
        body.check(end <= n, marked.at, f"position {end - 1} of {n} contexts", "positions of contexts")
        marks[start:end] = b"\1" * (end - start)
        m += end - start
    numbers = body.packed(m, "event numbers of contexts").values()
    registers = [body.packed(n, f"register {i} of contexts") for i in range(20)]
    contexts = [Context(vcpu, level, next(numbers) if mark else None, i, registers)
                for i, (vcpu, mark) in enumerate(zip(vcpus, marks))]
    for context in contexts:
        something = context.event is not None or any(register.value(context.position) for register in registers)
        body.check(something, at, f"nothing in the {level} context of vCPU {context.vcpu}", "an event or registers")
    return contexts


def read_extras(body: Body, dialect: str, events: int, size: int) -> Dict[int, Any]:
    """The content of each field: a number, event numbers, a column, or a list of the latter two by index."""
    fields: Dict[int, Any] = {}
    for which in range(1, 7):
        last = 0
        for _ in range(body.varint(f"number of items in list {which}")):
            at, field = body.pos, body.varint("field id", least=last + 1)
            _, own, bits, least, owner = FIELDS.get(field, (None,) * 5)
            body.check((own, owner) == (which, dialect), at, f"field {field}", f"one of list {which} of {dialect}")
            fields[field], last = read_extra(body, which, (least, 1 << bits) if bits else (), events), field
    body.done()
    body.check(fields, 0, "EXTRAS without an item", "no such record")
    # Equal event numbers need no bytes (w = 0): what is left to bound them is the memory that section 7 allows.
    packed = chain.from_iterable(([found] if FIELDS[field][1] == 2 else (numbers for _, numbers in found))
                                 for field, found in fields.items() if FIELDS[field][1] in (2, 5))
    free = sum(numbers.size for numbers in packed if not numbers.width)
    body.check(8 * free <= 64 * size + (1 << 20), 0, f"{free} event numbers without bytes", "what section 7 allows")
    return fields


def read_extra(body: Body, which: int, limits: Tuple[int, ...], events: int) -> Any:
    at = body.pos
    if which == 1:
        value = body.sized("extra")
        body.check(limits[0] <= value < limits[1], at, f"0x{value:x}", f"a value in {limits[0]}..<0x{limits[1]:x}")
        return value
    if which == 2:
        return read_numbers(body)
    if which == 5:
        return list(read_keyed(body, M32, lambda: read_numbers(body)))
    if which == 6:
        return list(read_keyed(body, events, lambda: read_filled(body, limits)))
    return read_filled(body, limits, events if which == 3 else M32)


def read_numbers(body: Body) -> Packed:
    return body.packed(body.varint("number of event numbers", M32), "event numbers")


def read_filled(body: Body, limits: Tuple[int, ...], indexes: int = M32) -> Column:
    column = body.column("extra", *limits, indexes)
    body.check(not column.empty, column.at, "an empty column", "a column that is not empty")
    return column


def read_keyed(body: Body, limit: int, read: Callable[[], Any]) -> Iterator[Tuple[int, Any]]:
    """The items of the lists 5 and 6, with the vCPU or the rank."""
    index = -1
    for _ in range(body.varint("number of vCPUs or ranks", least=1)):
        at = body.pos
        index += 1 + body.varint("distance to the previous vCPU or rank")
        body.check(index < limit, at, f"vCPU or rank {index}", f"one below {limit}")
        yield index, read()


class Snapshot:
    """All of a file, checked."""

    def __init__(self, data: bytes):
        self.header = header = read_header(data)
        records = read_records(data, header)
        self.bodies = bodies = {kind: open_body(data, record) for kind, record in records.items()}
        self.read_instance(bodies[INSTANCE])
        self.index = self.digest = None
        if header.scope == VCPU_PART:
            self.read_part(bodies[PART])
        self.read_vcpus(bodies[VCPUS])
        self.events: List[Event] = read_events(bodies[EVENTS]) if EVENTS in bodies else []
        count = len(self.events)
        self.states = read_handlers(bodies[HANDLERS], count, self.n) if HANDLERS in bodies else [{}] * count
        self.contexts = read_contexts(bodies[CONTEXTS], records[CONTEXTS].length) if CONTEXTS in bodies else [[], []]
        self.extras = read_extras(bodies[EXTRAS], header.dialect, count, len(data)) if EXTRAS in bodies else {}
        if header.scope == VCPU_PART:
            self.check_vcpu_part()
        else:
            self.check_orders()
        if header.scope == VM_PART:
            self.digest = vm_digest(self.n, self.events)

    def read_instance(self, body: Body) -> None:
        fields = struct.unpack("<QBBHHH", body.take(16, "INSTANCE"))
        self.version, self.level, self.relative, self.private, self.shared, reserved = fields
        body.done()
        body.check(self.relative <= 1, 9, f"relative mode {self.relative}", "0 or 1")
        body.check(reserved == 0, 14, f"reserved 0x{reserved:x}", "0")

    def read_part(self, body: Body) -> None:
        self.index, reserved, self.digest = struct.unpack("<IIQ", body.take(16, "PART"))
        body.done()
        body.check(reserved == 0, 4, f"reserved 0x{reserved:x}", "0")

    def read_vcpus(self, body: Body) -> None:
        self.n = body.varint("number of vCPUs", M32)
        self.masked = body.bitmap(self.n, "masked")
        self.request = body.bitmap(self.n, "delivery request")
        self.power = body.column("power", limit=5)
        self.known = body.bitmap(self.n, "known affinities")
        self.affinity = body.column("affinity")
        body.done()
        known, start, end = self.known.ranges(), 0, 0
        for run in self.affinity.runs():
            while end <= run.start:
                start, end = next(known, (M32, M32 + 1))
            inside = start <= run.start and run.end <= end
            body.check(inside, run.at, f"affinities of {run.start}-{run.end - 1}", "vCPUs with known ones only")

    def check_orders(self) -> None:
        """The fields 3 and 4 are there only where the list is not the usual one, as far as this file can tell."""
        usual = {3: [event.number for event in self.events if event.flags & KNOWN]}
        if self.header.scope == WHOLE:
            usual[4] = [event.number for event, state in zip(self.events, self.states) if "registered" in state]
        for field in usual.keys() & self.extras.keys():
            same = self.extras[field].size == len(usual[field]) and list(self.extras[field].values()) == usual[field]
            self.bodies[EXTRAS].check(not same, 0, f"{FIELDS[field][0]} with the usual list", "it to be left out")

    def check_vcpu_part(self) -> None:
        """Section 6, as far as one file tells: nothing of the VM, and of the vCPUs only the part's own."""
        bodies, own = self.bodies, (self.index, self.index + 1)
        bodies[PART].check(self.index < self.n, 0, f"vCPU {self.index} of {self.n}", "an index below N")

        def check_own(body: Body, ranges: Iterable[Range], at: int = 0) -> None:
            body.check(all(found == own for found in ranges), at, "state of another vCPU", f"vCPU {self.index}")

        for thing in (self.masked, self.request, self.power, self.known, self.affinity):
            check_own(bodies[VCPUS], thing.ranges(), thing.at)
        for thing in chain.from_iterable(state.values() for state in self.states):
            check_own(bodies[HANDLERS], thing.ranges(), thing.at)
        for context in chain(*self.contexts):
            check_own(bodies[CONTEXTS], [(context.vcpu, context.vcpu + 1)])
        for field, found in self.extras.items():
            name, which = FIELDS[field][:2]
            bodies[EXTRAS].check(which >= 4, 0, f"{name} in a vCPU part", "extras of the VM in its own part")
            for ranges in ([found.ranges()] if which == 4 else [[(vcpu, vcpu + 1)] for vcpu, _ in found] if which == 5
                           else [column.ranges() for _, column in found]):
                check_own(bodies[EXTRAS], ranges)
        padded = {rank for rank, _ in self.extras.get(15, ())}
        for rank, (event, state) in enumerate(zip(self.events, self.states)):
            bodies[EVENTS].check(not any(event[1:6]), 0, f"event 0x{event.number:x} with a definition", "only zeros")
            bodies[EVENTS].check(state or rank in padded, 0, f"event 0x{event.number:x} without state", "some")


def vm_digest(n: int, events: List[Event]) -> int:
    """FNV-1a, 64 bits, over the number of vCPUs and the definitions (section 6)."""
    digest = 0xCBF29CE484222325
    for piece in chain([struct.pack("<II", n, len(events))], map(definition, events)):
        for byte in piece:
            digest = (digest ^ byte) * 0x100000001B3 % M64
    return digest


def definition(event: Event) -> bytes:
    notifier, (number, flags, kind, priority) = event.notifier.encode(), event[:4]
    return struct.pack("<QBBBII", number, flags, kind, priority, event.interrupt, len(notifier)) + notifier


# ---- Section 8: the JSON text ---------------------------------------------------------------------------------------

class IndexSet(NamedTuple):
    ranges: Iterable[Range]


class Container(NamedTuple):
    """An object (its members are pairs) or an array; the members are made when the text is."""
    brackets: str
    members: Iterable[Any]


def filled(brackets: str, members: Iterable[Any]) -> Optional[Container]:
    """A container, or None where it would be empty."""
    rest = iter(members)
    first = next(rest, None)
    return None if first is None else Container(brackets, chain([first], rest))


def obj(pairs: Iterable[Tuple[str, Any]]) -> Optional[Container]:
    """An object of the members that are there."""
    return filled("{}", (pair for pair in pairs if pair[1] is not None))


def hexa(value: int) -> str:
    return f"0x{value:x}"


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def render(node: Any, depth: int = 0) -> Iterator[str]:
    """The text of what stands in `depth` containers, in pieces."""
    if isinstance(node, IndexSet):
        between = '"'
        for start, end in node.ranges:
            yield f"{between}{start}" if end == start + 1 else f"{between}{start}-{end - 1}"
            between = ","
        yield '"'
    elif isinstance(node, Container):
        lead, between, tail = "", ", ", ""
        if depth < 4:
            lead, tail = "\n" + "  " * (depth + 1), "\n" + "  " * depth
            between = "," + lead
        before = lead
        yield node.brackets[0]
        for member in node.members:
            key, value = member if node.brackets == "{}" else (None, member)
            yield before if key is None else f"{before}{quoted(key)}: "
            yield from render(value, depth + 1)
            before = between
        yield ("" if before is lead else tail) + node.brackets[1]
    elif isinstance(node, bool):
        yield "true" if node else "false"
    else:
        yield quoted(node) if isinstance(node, str) else str(node)


class Groups:
    """vCPUs by what they have in common, told in the order of columns."""

    def __init__(self) -> None:
        self.groups: Dict[Any, array] = {}  # start, end, start, end, ...
        self.rows: List[Tuple[int, int, Iterable[Range], Any]] = []  # size, lowest index, ranges, members

    def add(self, start: int, end: int, key: Any) -> None:
        flat = self.groups.setdefault(key, array("Q"))
        if flat and flat[-1] == start:
            flat[-1] = end
        else:
            flat.extend((start, end))

    def told(self, members: Callable[[Any], Tuple], *before: Tuple[str, Any]) -> Iterator[Optional[Container]]:
        rows = [(sum(flat[1::2]) - sum(flat[::2]), flat[0], zip(flat[::2], flat[1::2]), members(key))
                for key, flat in self.groups.items()]
        for _, _, ranges, after in sorted(self.rows + rows, key=lambda row: (-row[0], row[1])):
            yield obj((*before, ("vcpus", IndexSet(ranges)), *after))


def column_json(column: Column, *before: Tuple[str, Any], label: str = "value", show: Callable[[int], Any] = hexa,
                affine: bool = True, zeros: Iterable[Range] = ()) -> Optional[Container]:
    """The objects of a column; `zeros` are indexes to be told with the value 0."""
    groups = Groups()
    for run in column.runs():
        if run.stride and affine:
            members = ("base", hexa(run.base)), ("stride", hexa(run.stride))
            groups.rows.append((run.end - run.start, run.start, [(run.start, run.end)], members))
        elif run.stride or run.literals:
            for index, value in enumerate(run.values(), run.start):
                groups.add(index, index + 1, value)
        else:
            groups.add(run.start, run.end, run.base)
    for start, end in zeros:
        groups.add(start, end, 0)
    return filled("[]", groups.told(lambda value: ((label, show(value)),), *before))


def set_json(bitmap: Optional[Bitmap]) -> Optional[IndexSet]:
    return None if bitmap is None or bitmap.empty else IndexSet(bitmap.ranges())


def minus(ranges: Iterator[Range], taken: Iterator[Range]) -> Iterator[Range]:
    """Ranges without others that lie inside them."""
    gone = next(taken, None)
    for start, end in ranges:
        while gone and gone[0] < end:
            if start < gone[0]:
                yield start, gone[0]
            start, gone = gone[1], next(taken, None)
        if start < end:
            yield start, end


def snapshot_text(s: Snapshot) -> Iterator[str]:
    """The JSON text, in pieces."""
    scope, dialect = s.header.scope, s.header.dialect
    part = (("scope", "vcpu" if scope == VCPU_PART else "vm"), ("index", s.index), ("vmDigest", hexa(s.digest or 0)))
    features = (("privateSlots", s.private), ("sharedSlots", s.shared), ("relativeMode", bool(s.relative)))
    zeros = minus(s.known.ranges(), s.affinity.ranges())
    return chain(render(obj((
        ("schema", "sdeictl/snapshot/1"),
        ("part", obj(part) if scope != WHOLE else None),
        ("instance", obj((
            ("version", f"{s.version >> 48}.{s.version >> 32 & 0xFFFF}"),
            ("vendor", hexa(s.version & 0xFFFFFFFF)),
            ("clientEL", s.level),
            ("features", obj(features) if any(value for _, value in features) else None),
            ("dialect", dialect),
            ("producer", s.header.producer)))),
        ("vcpus", obj((
            ("count", s.n),
            ("power", column_json(s.power, label="state", show=STATES.__getitem__, affine=False)),
            ("masked", set_json(s.masked)),
            ("deliveryRequest", set_json(s.request)),
            ("affinity", column_json(s.affinity, zeros=zeros))))),
        ("events", obj((hexa(event.number), event_json(event, state)) for event, state in zip(s.events, s.states))),
        ("contexts", obj(contexts_json(s))),
        ("extras", obj([(dialect, obj((FIELDS[field][0], extra_json(s, field)) for field in sorted(s.extras)))]))))),
        ["\n"])


def event_json(event: Event, state: Dict[str, Any]) -> Optional[Container]:
    def named(value: int, *names: str) -> str:
        return names[value] if value < len(names) else hexa(value)

    known, routing = event.flags & KNOWN, (("mode", named(event.mode, "any", "pe")), ("affinity", hexa(event.affinity)))
    pending = {"pending": {"label": "count", "show": int}}
    return obj((
        ("type", named(event.type, "private", "shared") if known else None),
        ("priority", named(event.priority, "normal", "critical") if known else None),
        ("signalable", event.flags & SIGNALABLE != 0 if known else None),
        ("trigger", "level" if event.flags & LEVEL else None),
        ("interrupt", hexa(event.interrupt) if event.flags & BOUND else None),
        ("notifier", event.notifier or None),
        ("routing", obj(routing) if event.mode or event.affinity else None),
        *((name, set_json(state.get(name))) for name in STATE[:5]),
        *((name, column_json(state[name], **pending.get(name, {}))) for name in STATE[5:] if name in state)))


def contexts_json(s: Snapshot) -> Iterator[Tuple[str, Any]]:
    merged = heapq.merge(*s.contexts, key=lambda context: context.vcpu)
    for vcpu, contexts in groupby(merged, key=lambda context: context.vcpu):
        yield str(vcpu), obj([(context.level, context_json(context)) for context in contexts])


def context_json(context: Context) -> Optional[Container]:
    words = [hexa(register.value(context.position)) for register in context.registers]
    event = None if context.event is None else hexa(context.event)
    return obj((("event", event), ("x", filled("[]", words[:18])), ("pc", words[18]), ("pstate", words[19])))


def extra_json(s: Snapshot, field: int) -> Any:
    def event(rank: int) -> Tuple[str, str]:
        return "event", hexa(s.events[rank].number)

    def numbers(packed: Packed) -> Container:
        return Container("[]", map(hexa, packed.values()))

    which, found = FIELDS[field][1], s.extras[field]
    if which == 1:
        return hexa(found)
    if which == 2:
        return numbers(found)
    if which == 3:
        return filled("[]", (obj((event(rank), ("value", hexa(value))))
                             for run in found.runs() for rank, value in enumerate(run.values(), run.start)))
    if which == 4:
        return column_json(found)
    if which == 6:
        return filled("[]", chain.from_iterable(column_json(column, event(rank)).members for rank, column in found))
    groups, lists = Groups(), {}
    for vcpu, packed in found:
        raw = packed.data[packed.at:packed.at + packed.size * packed.width]
        groups.add(vcpu, vcpu + 1, (packed.size, packed.high, raw))  # equal lists have equal bytes
        lists[packed.size, packed.high, raw] = packed
    return filled("[]", groups.told(lambda key: (("events", numbers(lists[key])),)))


# ---- The command ----------------------------------------------------------------------------------------------------

def read_text(path: str) -> Iterator[bytes]:
    """The JSON text of a file, in pieces; whatever is to be refused is refused before the first of them."""
    with open(path, "rb") if path != "-" else sys.stdin.buffer as file:
        snapshot = Snapshot(file.read())
    return (piece.encode() for piece in snapshot_text(snapshot))


def batch(directory: str) -> None:
    for name in sorted(os.listdir(os.fsencode(directory))):
        path = os.path.join(os.fsencode(directory), name)
        if not os.path.isfile(path):
            continue
        try:
            digest = hashlib.sha256()
            for piece in read_text(os.fsdecode(path)):
                digest.update(piece)
            line = f"ok\t{digest.hexdigest()}\n"
        except (Refused, OSError, MemoryError) as error:
            line = f"refused\t{error}\n"
        sys.stdout.buffer.write(name + b"\t" + line.encode("utf-8", "backslashreplace"))


def is_refused(data: bytes) -> bool:
    try:
        Snapshot(data)
    except Refused:
        return True
    return False


def damage(path: str) -> bool:
    """Whether all damaged copies of a good file are refused."""
    with open(path, "rb") as file:
        data = file.read()
    Snapshot(data)
    count = sum(is_refused(data[:length]) for length in range(len(data)))
    copy = bytearray(data)
    for bit in range(8 * len(data)):
        copy[bit // 8] ^= 1 << bit % 8
        count += is_refused(copy)
        copy[bit // 8] ^= 1 << bit % 8
    print(f"{path}: {9 * len(data)} damaged copies, {count} refused")
    return count == 9 * len(data)


def main(arguments: List[str]) -> int:
    path, status = (arguments or [""])[-1], 0
    sys.stdout.reconfigure(errors="backslashreplace")
    try:
        if len(arguments) == 1 and not path.startswith("--"):
            sys.stdout.buffer.writelines(read_text(path))
        elif len(arguments) == 2 and arguments[0] == "--batch":
            batch(path)
        elif len(arguments) >= 2 and arguments[0] == "--damage":
            for path in arguments[1:]:
                status = status if damage(path) else 1
        else:
            print("usage: sdei_snapshot.py FILE | --batch DIR | --damage FILE...", file=sys.stderr)
            return 2
        sys.stdout.flush()
    except (Refused, OSError, MemoryError, KeyboardInterrupt) as error:
        print(f"{path}: {error}", file=sys.stderr)
        status = 2
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
