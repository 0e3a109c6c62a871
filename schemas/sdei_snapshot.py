#!/usr/bin/env python3
"""An independent reader of the SDEI snapshot format (`.sdei`), version 0.1.

Written from `sdei-snapshot.md` beside this file and from nothing else; the section numbers below
are that document's. It needs only the standard library of Python 3.9.

    sdei_snapshot.py FILE               check FILE ("-": standard input) and print the JSON text
    sdei_snapshot.py --batch DIR        for each regular file in DIR a line: name, "ok" and the
                                        SHA-256 of the text, or name, "refused" and why
    sdei_snapshot.py --damage FILE...   try all truncations and single-bit flips; count refusals

Exit status: 0 fine, 1 a damaged copy was accepted, 2 refused (or unreadable, or wrong usage).

A file is read in three steps: the header; all records with their checksums; the bodies. Bitmaps,
columns and packed values stay in their encoded form and are walked again by whoever needs them,
so that a count or a range costs nothing but the bytes that state it.
"""
from __future__ import annotations

import hashlib
import json
import os
import re
import struct
import sys
import zlib
from array import array
from collections import namedtuple
from itertools import chain, groupby, islice
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple

MAGIC = bytes.fromhex("89 53 44 45 49 0D 0A 1A")
WHOLE, VM_PART, VCPU_PART = 0, 1, 2
DIALECTS = ("specification", "kvm-v4", "kvm-v5", "kvm-v7", "tf-a", "qemu-rfc")
RECORDS = {1: "INSTANCE", 2: "PART", 3: "VCPUS", 4: "EVENTS", 5: "HANDLERS", 6: "CONTEXTS",
           7: "EXTRAS", 65535: "END"}
INSTANCE, PART, VCPUS, EVENTS, HANDLERS, CONTEXTS, EXTRAS, END = RECORDS
MUST_UNDERSTAND, DEFLATED, RESERVED_FLAGS = 1, 4, 0xFFF8
LITERAL, CONSTANT, AFFINE = 0, 1, 2
M32, M64 = 1 << 32, 1 << 64
STATES = (None, "on", "off", "suspended", "standby")
KNOWN, SIGNALABLE, LEVEL, INTERRUPT, NOTIFIER, ORIGIN_SHIFT = 1, 2, 4, 8, 16, 5
ORIGINS = (None, "firmware", "slot")  # platform is left out of the JSON text
BITMAPS = ("registered", "enabled", "running", "unregisterPending", "relative")
COLUMNS = ("pending", "entry", "argument")

# Section 4, by list. Values are in least..<2^bits + plus and have no bit of the mask.
V5, V4_V5, V5_RFC, V7 = ("kvm-v5",), ("kvm-v4", "kvm-v5"), ("kvm-v5", "qemu-rfc"), ("kvm-v7",)
Field = namedtuple("Field", "name list bits least mask dialects plus", defaults=(64, 1, 0, V5, 0))
FIELDS = {
    1: Field("surplusExposed", 1, 32), 2: Field("surplusRegistered", 1, 32),
    3: Field("exposedOrder", 2, dialects=V4_V5), 4: Field("registeredOrder", 2, dialects=V4_V5),
    5: Field("notifier", 3, 64, dialects=V4_V5),
    6: Field("signaled", 3, 8, least=2, dialects=V4_V5),
    7: Field("exposedPadding", 3, 40, dialects=V4_V5),
    8: Field("registeredPadding", 3, 24, dialects=V4_V5),
    9: Field("registeredHole", 3, 32),
    10: Field("masked", 4, 8, least=2, dialects=V4_V5),
    11: Field("vcpuPadding", 4, 56, dialects=V4_V5),
    12: Field("surplusQueued", 4, 32),
    13: Field("mpidrFlags", 4, 64, mask=0xFF00FFFFFF, dialects=V4_V5 + V7),
    14: Field("queueOrder", 5, dialects=V4_V5),
    15: Field("queuePadding", 6, 32, dialects=V4_V5),
    16: Field("refcount", 3, 32, dialects=("kvm-v4",), plus=1),
    17: Field("registrationCount", 3, 32, dialects=("tf-a", "qemu-rfc"), plus=1),
    18: Field("peState", 4, 64, least=2, dialects=V7),
    **{19 + word: Field(f"contextTail{word}", 4, 64, dialects=V7) for word in range(12)},
    31: Field("stateBits", 6, 5),
    32: Field("slotRouteMode", 6, 8, dialects=V5_RFC),
    33: Field("slotRouteAffinity", 6, 64, dialects=V5_RFC),
    34: Field("slotNotifier", 6, 64), 35: Field("slotPadding", 6, 16),
    36: Field("instanceOrder", 5),
}
hexa = "0x{:x}".format


class Refused(Exception):
    """A rule that the file breaks: where, what was found, what was expected."""


def check(rule: Any, at: Any, found: str, expected: str) -> None:
    """`at` is an offset in the file, or says where in an inflated body."""
    if not rule:
        where = f"0x{at:x}" if isinstance(at, int) else at
        raise Refused(f"byte {where}: found {found}, expected {expected}")


# ---- Section 1: header and records --------------------------------------------------------------

Header = namedtuple("Header", "length scope dialect producer tags")
Record = namedtuple("Record", "at flags length")


def plain_text(raw: bytes) -> Optional[str]:
    """UTF-8 without control characters, or None."""
    text = raw.decode("utf-8", "ignore")
    return text if text.encode() == raw and not re.search("[\0-\x1f\x7f-\x9f]", text) else None


def read_header(data: bytes) -> Header:
    size = len(data)
    check(size >= 32, size, f"a file of {size} bytes", "a header of 32 bytes or more")
    fields = struct.unpack_from("<8sHHIQBBHHH", data)
    magic, major, minor, h, body, scope, reserved, d, p, t = fields
    check(magic == MAGIC, 0, f"magic {magic.hex()}", MAGIC.hex())
    check(40 <= h <= 65536 and h % 8 == 0, 12, f"header length {h}", "40, 48, ... or 65536")
    check(h <= size, size, f"a file of {size} bytes", f"a header of {h} bytes")
    stored, crc = int.from_bytes(data[h - 4:h], "little"), zlib.crc32(data[:h - 4])
    check(stored == crc, h - 4, f"header CRC 0x{stored:08x}", f"0x{crc:08x}")
    names, tags, rest = 32 + d, 32 + d + p, 32 + d + p + t  # where producer, tags, padding begin
    maker = data[names:min(tags, h - 4)].decode("utf-8", "replace")
    check((major, minor) == (0, 1), 8, f"version {major}.{minor} made by {maker!a}", "version 0.1")
    check(h + body == size, 16, f"body length {body}", f"{size - h}, the rest of the file")
    check(scope <= VCPU_PART, 24, f"scope {scope}", "0, 1 or 2")
    check(reserved == 0, 25, f"reserved byte {reserved}", "0")
    check(p <= 1024, 28, f"producer of {p} bytes", "at most 1024")
    check(t <= 1024, 30, f"feature tags of {t} bytes", "at most 1024")
    check(h == (rest + 11) // 8 * 8, 12, f"header length {h}", f"{(rest + 11) // 8 * 8}")
    dialect, producer = data[32:names].decode("ascii", "replace"), plain_text(data[names:tags])
    check(dialect in DIALECTS, 32, f"dialect {dialect!a}", "one of " + " ".join(DIALECTS))
    check(producer is not None, names, "an ill-formed producer", "UTF-8, no control characters")
    required = data[tags:rest].decode("ascii", "replace")
    check(required in ("", "deflate"), tags, f"required tags {required!a}", "none, or deflate")
    check(not any(data[rest:h - 4]), rest, "padding that is not zero", "zero bytes")
    return Header(h, scope, dialect, producer, required)


def read_records(data: bytes, header: Header) -> Dict[int, Record]:
    """The records that version 0.1 knows; of all but END everything but the body is checked."""
    records: Dict[int, Record] = {}
    at, last, count, crcs, all_flags = header.length, 0, 0, 0, 0
    while last != END:
        left = len(data) - at
        check(left >= 16, at, f"the end of the file after {left} bytes", "a record up to END")
        kind, flags, stored, length = struct.unpack_from("<HHIQ", data, at)
        padding, end = at + 16 + length, at + 16 + length + -length % 8
        check(end <= len(data), at + 8, f"body length {length}", f"no more than {left - 16}")
        crc = zlib.crc32(data[at + 8:end], zlib.crc32(data[at:at + 4]))
        check(stored == crc, at + 4, f"CRC 0x{stored:08x} of record type {kind}", f"0x{crc:08x}")
        check(not flags & RESERVED_FLAGS, at + 2, f"flags 0x{flags:x}", "bits 3 to 15 to be 0")
        check(not any(data[padding:end]), padding, "padding that is not zero", "zero bytes")
        check(kind, at, "record type 0", "1 to 65535")
        if kind in RECORDS:
            name, allowed = RECORDS[kind], (1, 5) if kind == CONTEXTS else (1,)
            check(kind > last, at, f"{name} behind {RECORDS.get(last)}", "each once, ascending")
            check(flags in allowed, at + 2, f"flags {flags} of {name}", f"one of {allowed}")
            records[kind], last = Record(at, flags, length), kind
        else:
            check(not flags & MUST_UNDERSTAND, at, f"type {kind}, must-understand", "known types")
        if kind != END:
            count, crcs = count + 1, zlib.crc32(struct.pack("<I", crc), crcs)
        all_flags, at = all_flags | flags, end
    place, _, length = records.pop(END)
    check(length == 8, place + 8, f"END of {length} bytes", "8")
    told, told_crcs = struct.unpack_from("<II", data, place + 16)
    check(told == count, place + 16, f"{told} records told by END", f"{count}")
    check(told_crcs == crcs, place + 20, f"CRC 0x{told_crcs:08x} of the CRCs", f"0x{crcs:08x}")
    check(at == len(data), at, f"{len(data) - at} bytes behind END", "the end of the file")
    tags, scope = "deflate" if all_flags & DEFLATED else "", header.scope
    check(header.tags == tags, 30, f"tags {header.tags!a} for these records", f"{tags!a}")
    check(INSTANCE in records and VCPUS in records, place, "END", "INSTANCE and VCPUS before it")
    check((PART in records) == (scope == VCPU_PART), 24, f"scope {scope}", "2 exactly with PART")
    return records


def open_body(data: bytes, record: Record) -> Body:
    """The content of a record, inflated where it is deflated (section 5)."""
    at, length = record.at + 16, record.length
    if not record.flags & DEFLATED:
        return Body(data[at:at + length], at)
    check(length >= 8, at, f"a deflated body of {length} bytes", "an inflated length of 8 bytes")
    size = int.from_bytes(data[at:at + 8], "little")
    check(size <= 4 * length, at, f"inflated length {size}", f"at most 4 times {length}")
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(data[at + 8:at + length], size + 1)
    except zlib.error as error:
        check(False, at + 8, f"what does not inflate ({error})", "a zlib stream")
    check(len(content) == size, at, f"inflated length {size}", "that of the stream's content")
    whole = stream.eof and not stream.unused_data
    check(whole, at + 8, "a zlib stream of another length", "one that ends with the body")
    return Body(content, at, inflated=True)


# ---- Section 2: values --------------------------------------------------------------------------

# A bitmap or column that was checked: each call starts a walk through its ranges (pairs of first
# index and end) or its runs (which begin with the same two).
Walk = Callable[[], Iterator]


class Packed(namedtuple("Packed", "data at width high size")):
    """packed(n), left in its bytes: `high` is the shifted prefix, `size` is n."""

    def value(self, i: int) -> int:
        at = self.at + i * self.width
        return self.high | int.from_bytes(self.data[at:at + self.width], "little")

    def values(self) -> Iterator[int]:
        return map(self.value, range(self.size))


class Run(namedtuple("Run", "start end at base stride literals")):
    """A run of a column; `at` is its place in the body, `literals` is None unless it is literal."""

    def value(self, i: int) -> int:
        return self.literals.value(i) if self.literals else (self.base + i * self.stride) % M64

    def values(self) -> Iterator[int]:
        return map(self.value, range(self.end - self.start))

    def fits(self, least: int, limit: int, mask: int) -> bool:
        """Whether all values are in least..<limit (least > 0) and have no bit of the mask."""
        if self.literals:
            return all(least <= value < limit and not value & mask for value in self.values())
        # No step between values below 2^63 wraps around: with the stride as a signed number the
        # ends are their bounds. Where a value is not below, one of these two ends is out as well.
        step = self.stride - (self.stride >> 63 << 64)
        ends = self.base, self.base + (self.end - self.start - 1) * step
        if limit < M64 and not least <= min(ends) <= max(ends) < limit:
            return False
        # The mask (of mpidrFlags) leaves 8 of the low 40 bits free. A stride whose low 40 bits
        # are 0 keeps them; with any other at most 256 members in a row have no bit of the mask.
        members = islice(self.values(), 257 if step % (1 << 40) else 1) if mask else ()
        return not self.contains_zero() and not any(value & mask for value in members)

    def contains_zero(self) -> bool:
        """Whether base + i * stride = 0 modulo 2^64 for an i of a constant or affine run."""
        power = self.stride & -self.stride  # the power of two in the stride
        if not self.stride or self.base % power:
            return not self.base
        modulus = M64 // power
        least = -(self.base // power) * pow(self.stride // power, -1, modulus) % modulus
        return least < self.end - self.start


class Body:
    """The content of one record, read from front to back."""

    def __init__(self, data: bytes, origin: int = 0, inflated: bool = False, pos: int = 0):
        self.data, self.origin, self.inflated, self.pos = data, origin, inflated, pos

    def check(self, rule: Any, pos: int, found: str, expected: str) -> None:
        if not rule:
            inner = f"0x{pos:x} of the body inflated from 0x{self.origin:x}"
            check(False, inner if self.inflated else self.origin + pos, found, expected)

    def need(self, size: int, what: str) -> None:
        left = len(self.data) - self.pos
        if size > left:
            self.check(False, self.pos, f"{left} bytes left for {what}", f"at least {size}")

    def take(self, size: int, what: str) -> bytes:
        self.need(size, what)
        self.pos += size
        return self.data[self.pos - size:self.pos]

    def varint(self, what: str, limit: int = M64, least: int = 0) -> int:
        start, value = self.pos, 0
        for shift in range(0, 70, 7):
            byte = self.take(1, what)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
        shortest = byte < 0x80 and (byte or not shift)
        self.check(shortest, start, f"an ill-formed varint for {what}", "a shortest one")
        if not least <= value < limit:
            self.check(False, start, f"{value} for {what}", f"a value in {least}..<{limit}")
        return value

    def count(self, what: str, size: int, limit: int = M64, least: int = 0) -> int:
        """A varint that counts things of at least `size` bytes each, which must be there."""
        count = self.varint(f"the number of {what}", limit, least)
        self.need(count * size, what)
        return count

    def extended(self, size: int, what: str) -> int:
        """`size` bytes, sign-extended; no fewer would do."""
        start, number = self.pos, int.from_bytes(self.take(size, what), "little", signed=True)
        fewest = number and (number if number > 0 else ~number).bit_length() // 8 + 1
        self.check(size == fewest, start, f"{size} bytes for {what}", f"the fewest, {fewest}")
        return number % M64

    def sized(self, what: str) -> int:
        start, size = self.pos, self.take(1, what)[0]
        self.check(size <= 8, start, f"{size} bytes for {what}", "at most 8")
        return self.extended(size, what)

    def string(self, what: str) -> str:
        """A string that must not be empty."""
        at, text = self.pos, plain_text(self.take(self.count(f"bytes of {what}", 1), what))
        self.check(text, at, f"an empty or ill-formed {what}", "UTF-8, no control characters")
        return text

    def packed(self, count: int, what: str) -> Packed:
        if not count:
            return Packed(b"", 0, 0, 0, 0)
        start, head = self.pos, self.take(1, what)[0]
        w, p = head & 15, head >> 4
        self.check(w + p <= 8, start, f"w = {w} and p = {p} for {what}", "w + p of at most 8")
        high = (self.extended(p, f"the prefix of {what}") << 8 * w) % M64
        self.need(count * w, what)
        values = Packed(self.data, self.pos, w, high, count)
        self.pos += count * w
        # w is the smallest width exactly when the highest bytes of the groups are not all equal.
        differ = not w or len(set(self.data[values.at + w - 1:self.pos:w])) > 1
        self.check(differ, start, f"w = {w} for {what}", "the width in which the values differ")
        return values

    def events(self) -> Packed:
        """A list of events, each once (so that each has a byte at least, but where n = 1)."""
        at, n = self.pos, self.count("event numbers", 1, M32)
        numbers = self.packed(n, "event numbers")
        self.check(len(set(numbers.values())) == n, at, "an event twice in one list", "each once")
        return numbers

    def ranges(self, count: int) -> Iterator[Tuple[int, int]]:
        """The content of a bitmap with tag 2."""
        end = 0
        for i in range(count):
            start = end + self.varint("the gap of a range", least=1 if i else 0)
            end = start + self.varint("the length of a range", least=1)
            yield start, end

    def words(self, count: int) -> Iterator[Tuple[int, int]]:
        """The maximal ranges of a bitmap with tag 3."""
        end = 0
        bits = (byte >> i & 1 for byte in self.take(8 * count, "words") for i in range(8))
        for bit, equal in groupby(bits):
            start, end = end, end + sum(1 for _ in equal)
            if bit:
                yield start, end

    def bitmap(self, v: int, what: str) -> Walk:
        start, tag = self.pos, self.take(1, what)[0]
        self.check(tag <= 3, start, f"tag {tag} for {what}", "0, 1, 2 or 3")
        if tag <= 1:
            self.check(v or not tag, start, f"tag 1 for {what} of nothing", "tag 0")
            return lambda: iter([(0, v)] * tag)
        count = self.count(what, 2 if tag == 2 else 8, least=1)
        content, walk = self.pos, Body.ranges if tag == 2 else Body.words
        n, one, end = 0, None, 0
        for n, one in enumerate(walk(self, count), 1):
            end = one[1]
        k = (end - 1) // 64 + 1
        self.check(end <= M32, start, f"index {end - 1} in {what}", "indexes below 2^32")
        self.check(tag == 2 or k == count, start, f"{what} with a last word of 0", "another")
        self.check(n > 1 or one != (0, v), start, f"tag {tag} for {what}, all of 0..<{v}", "tag 1")
        form = 2 if n <= k else 3
        self.check(tag == form, start, f"tag {tag} for {n} ranges, {k} words", f"tag {form}")
        return lambda: walk(Body(self.data, pos=content), count)

    def column(self, what: str, least=1, limit=M64, mask=0, indexes=M32) -> Walk:
        """A column at indexes below `indexes`, of values as in `Run.fits`."""
        start, run, rule = self.pos, None, f"{least}..<0x{limit:x} without bits of 0x{mask:x}"
        for after in chain(self.runs(), [None]):
            if run:
                last = run.end - 1
                self.check(last < indexes, run.at, f"index {last} in {what}", f"below {indexes}")
                self.check(run.fits(least, limit, mask), run.at, f"values of {what}", rule)
                self.check_cut(run, after if after and after.start == run.end else None)
            run = after
        return lambda: Body(self.data, pos=start).runs()

    def runs(self) -> Iterator[Run]:
        """The runs of a column, each checked for its form."""
        end = 0
        for _ in range(self.count("runs", 4)):
            at, start = self.pos, end + self.varint("the gap of a run")
            word = self.varint("the count and kind of a run", least=4)
            count, kind, base, stride, literals = word >> 2, word & 3, 0, 0, None
            self.check(kind <= AFFINE, at, f"a run of kind {kind}", "kind 0, 1 or 2")
            if kind == LITERAL:
                literals = self.packed(count, "literals")
                self.check(count < 4 or literals.width, at, f"w = 0 for {count} literals", "more")
            else:
                self.check(count >= 4, at, f"a run of kind {kind} with {count}", "4 members")
                base, stride = self.sized("base"), self.sized("stride") if kind == AFFINE else 0
                self.check(stride or kind == CONSTANT, at, "stride 0", "another")
            end = start + count
            yield Run(start, end, at, base, stride, literals)

    def check_cut(self, run: Run, after: Optional[Run]) -> None:
        """The cut into runs is what the values determine; `after` is the run that touches.

        By induction it is enough that no literal index starts a progression of 4 members, and
        that a constant or affine run (which has 4) does not go on behind its end."""
        if run.literals:
            self.check(not (after and after.literals), run.at, "literal runs that touch", "one")
            following = islice(after.values(), 3) if after else ()
            v = memoryview(array("Q", chain(run.values(), following)))
            steps = any((b - a) % M64 == (c - b) % M64 == (d - c) % M64
                        for a, b, c, d in zip(v, v[1:], v[2:], v[3:]))
            self.check(not steps, run.at, "4 literals in progression", "a run of another kind")
        elif after:
            goes_on = after.value(0) == run.value(run.end - run.start)
            self.check(not goes_on, run.at, "a run that goes on behind its end", "the longest")


def minus(ranges: Iterable, others: Iterable) -> Iterator[Tuple[int, int]]:
    """What is in ranges (or runs) and not in others."""
    rest, first, behind = iter(others), 0, 0
    for start, end, *_ in ranges:
        while start < end:
            while behind <= start:
                first, behind, *_ = next(rest, (M64, M64))
            if start < first:
                yield start, min(first, end)
            start = behind


# ---- Sections 3 and 4: bodies -------------------------------------------------------------------

Event = namedtuple("Event", "number flags type priority mode affinity interrupt notifier")
Context = namedtuple("Context", "vcpu level event position registers")


def ascending(numbers: Iterable[int]) -> bool:
    before = -1
    return all(before < (before := number) for number in numbers)


class Snapshot:
    """All of a file, checked."""

    def __init__(self, data: bytes):
        self.header = read_header(data)
        self.records = read_records(data, self.header)
        self.bodies: Dict[int, Body] = {}
        self.index = self.digest = None
        self.events: List[Event] = []
        self.states = lambda: ({} for _ in self.events)  # a walk through HANDLERS
        self.contexts: List[Context] = []
        self.extras: Dict[int, Any] = {}
        for kind, record in self.records.items():
            self.bodies[kind] = body = open_body(data, record)
            getattr(self, "read_" + RECORDS[kind].lower())(body)
            left = len(body.data) - body.pos
            body.check(not left, body.pos, f"{left} more bytes", "the end of the body")
        if self.header.scope == VM_PART:
            self.digest = vm_digest(self.n, self.events)
        elif self.header.scope == VCPU_PART:
            self.check_vcpu_part()

    def read_instance(self, body: Body) -> None:
        fields = struct.unpack("<QBBHHH", body.take(16, "INSTANCE"))
        self.version, self.level, self.relative, self.private, self.shared, reserved = fields
        body.check(self.relative <= 1, 9, f"relative mode {self.relative}", "0 or 1")
        body.check(reserved == 0, 14, f"reserved 0x{reserved:x}", "0")

    def read_part(self, body: Body) -> None:
        self.index, reserved, self.digest = struct.unpack("<IIQ", body.take(16, "PART"))
        body.check(reserved == 0, 4, f"reserved 0x{reserved:x}", "0")

    def read_vcpus(self, body: Body) -> None:
        self.n = body.varint("number of vCPUs", M32)
        self.masked = body.bitmap(self.n, "masked")
        self.request = body.bitmap(self.n, "delivery request")
        self.power = body.column("power", limit=len(STATES))
        self.known = body.bitmap(self.n, "known affinities")
        at, self.affinity = body.pos, body.column("affinity")
        for start, _ in minus(self.affinity(), self.known()):
            body.check(False, at, f"an affinity of vCPU {start}", "those of known ones only")

    def read_events(self, body: Body) -> None:
        n = body.count("events", 4, M32, 1)
        at, numbers = body.pos, body.packed(n, "event numbers")
        body.check(ascending(numbers.values()), at, "event numbers out of order", "ascending ones")
        at = body.pos
        flags, types, priorities, modes = (body.take(n, "bytes of events") for _ in range(4))
        for at, flag, *others in zip(range(at, at + n), flags, types, priorities):
            origin = flag >> ORIGIN_SHIFT
            body.check(origin < len(ORIGINS), at, f"event flags 0x{flag:02x}", "an origin of 0..2")
            legal = flag & KNOWN or not (flag or any(others))
            body.check(legal, at, "a definition without bit 0", "flags, type, priority 0")
        affinities = array("Q", bytes(8 * n))
        for run in body.column("routing affinities", indexes=n)():
            affinities[run.start:run.end] = array("Q", run.values())
        interrupts = [body.varint("interrupt", M32) if flag & INTERRUPT else 0 for flag in flags]
        notifiers = [body.string("notifier") if flag & NOTIFIER else "" for flag in flags]
        self.events = list(map(Event, numbers.values(), flags, types, priorities, modes,
                               affinities, interrupts, notifiers))

    def read_handlers(self, body: Body) -> None:
        self.states = lambda: self.read_states(Body(body.data))
        some = sum(map(len, self.read_states(body)))
        body.check(some, 0, "HANDLERS without anything", "no such record")

    def read_states(self, body: Body) -> Iterator[Dict[str, Walk]]:
        """The content of HANDLERS: the bitmaps and columns of each event by name."""
        for _ in self.events:
            mask, state = body.take(1, "what an event has")[0], {}
            for bit, name in enumerate(BITMAPS + COLUMNS):
                if mask >> bit & 1:
                    at, limit = body.pos, M32 if name == "pending" else M64
                    walk = body.bitmap(self.n, name) if bit < 5 else body.column(name, 1, limit)
                    body.check(body.data[at], at, f"nothing in {name}", f"bit {bit} to be clear")
                    state[name] = walk
            yield state

    def read_contexts(self, body: Body) -> None:
        length = self.records[CONTEXTS].length
        for level in ("normal", "critical"):
            at, n = body.pos, body.count("contexts", 4)
            body.check(4 * n <= length, at, f"{n} contexts", f"at most a quarter of {length}")
            if not n:
                continue
            vcpus = array("I", struct.unpack(f"<{n}I", body.take(4 * n, "vCPUs")))
            body.check(ascending(vcpus), at, "vCPUs of contexts out of order", "ascending ones")
            at, marks = body.pos, bytearray(n)  # 1 for a position that has an event number
            for start, end in body.bitmap(n, "contexts with an event number")():
                body.check(end <= n, at, f"position {end - 1} of {n} contexts", "those below n")
                marks[start:end] = b"\1" * (end - start)
            numbers = body.packed(sum(marks), "event numbers of contexts").values()
            registers = [body.packed(n, f"register {i} of contexts") for i in range(20)]
            for i, (vcpu, mark) in enumerate(zip(vcpus, marks)):
                some = mark or any(register.value(i) for register in registers)
                body.check(some, at, f"an empty {level} context of vCPU {vcpu}", "something in it")
                number = next(numbers) if mark else None
                self.contexts.append(Context(vcpu, level, number, i, registers))
        body.check(self.contexts, 0, "CONTEXTS without a context", "no such record")

    def read_extras(self, body: Body) -> None:
        dialect = self.header.dialect
        for which in range(1, 7):
            last = 0
            for _ in range(body.count(f"items in list {which}", 2)):
                at, last = body.pos, body.varint("field id", least=last + 1)
                field = FIELDS.get(last)
                legal = field and field.list == which and dialect in field.dialects
                body.check(legal, at, f"field {last}", f"one of list {which} of {dialect}")
                self.extras[last] = self.read_extra(body, field)
        body.check(self.extras, 0, "EXTRAS without an item", "no such record")

    def read_extra(self, body: Body, field: Field) -> Any:
        """By list: 1 a number, 2 events, 3 and 4 a column, 5 a walk through ranges of vCPUs with
        the bytes of their list of events, 6 a list of ranges of one rank with a column each."""
        def column(indexes: int) -> Walk:
            pos, limit = body.pos, (1 << field.bits) + field.plus
            found = body.column(field.name, field.least, limit, field.mask, indexes)
            body.check(body.data[pos], pos, f"an empty column of {field.name}", "some values")
            return found

        at, end, before, items, which = body.pos, 0, None, [], field.list
        if which == 1:
            value, bits = body.sized(field.name), field.bits
            body.check(0 < value < 1 << bits, at, f"0x{value:x}", f"a value in 1..<2^{bits}")
            return value
        if which == 2:
            return body.events()
        indexes = len(self.events) if which in (3, 6) else M32
        if which in (3, 4):
            return column(indexes)
        for _ in range(body.count(f"items of {field.name}", 3, least=1)):
            at, gap = body.pos, body.varint("gap or distance")
            start = end + gap
            end = start + (body.varint("length", least=1) if which == 5 else 1)
            body.check(end <= indexes, at, f"index {end - 1} of {field.name}", f"below {indexes}")
            pos, content = body.pos, column(M32) if which == 6 else body.events()
            if which == 5:
                content = bytes(body.data[pos:body.pos])  # equal lists have equal bytes
                body.check(gap or content != before, at, "equal lists that touch", "one range")
            items.append((start, end, content))
            before = content
        return items if which == 6 else lambda: iter(items)

    def check_vcpu_part(self) -> None:
        """Section 6, as far as one file tells: no state but the vCPU's, and no event without."""
        bodies, index, n, own = self.bodies, self.index, self.n, (self.index, self.index + 1)
        bodies[PART].check(index < n, 0, f"vCPU {index} of {n}", "an index below N")
        vcpus = [self.masked, self.request, self.power, self.known, self.affinity]
        handlers = (walk for state in self.states() for walk in state.values())
        contexts = [lambda: ((context.vcpu, context.vcpu + 1) for context in self.contexts)]
        groups = [(VCPUS, vcpus), (HANDLERS, handlers), (CONTEXTS, contexts)]
        having = {rank for rank, state in enumerate(self.states()) if state}
        for number, extra in self.extras.items():
            field = FIELDS[number]
            bodies[EXTRAS].check(field.list >= 4, 0, f"{field.name} in a vCPU part", "none")
            by_rank = extra if field.list == 6 else [(None, None, extra)]
            groups.append((EXTRAS, [walk for _, _, walk in by_rank]))
            having.update(rank for rank, _, _ in by_rank)
        for kind, walks in groups:
            if not all(one[:2] == own for walk in walks for one in walk()):
                name = f"{RECORDS[kind]} of another vCPU"
                bodies[kind].check(False, 0, name, f"those of vCPU {index} only")
        for rank, event in enumerate(self.events):
            name, body = f"event 0x{event.number:x}", bodies[EVENTS]
            body.check(not any(event[1:6]), 0, f"{name} with a definition", "zeros in a vCPU part")
            body.check(rank in having, 0, f"{name} without state", "only events with some")


def vm_digest(n: int, events: List[Event]) -> int:
    """FNV-1a, 64 bits, over the number of vCPUs and the definitions (section 6)."""
    pieces, digest = [struct.pack("<II", n, len(events))], 0xCBF29CE484222325
    for event in events:
        name = event.notifier.encode()
        pieces += [struct.pack("<QBBBII", *event[:4], event.interrupt, len(name)), name]
    for byte in chain.from_iterable(pieces):
        digest = (digest ^ byte) * 0x100000001B3 % M64
    return digest


# ---- Section 8: the JSON text -------------------------------------------------------------------
# An object is a dict or (so that not all is made at once) an iterator of pairs, an array a list.

def obj(**members: Any) -> Dict[str, Any]:
    """An object of the members that are there: not None, and no empty containers."""
    return {key: value for key, value in members.items() if value not in (None, {}, [])}


def render(node: Any, depth: int = 0) -> Iterator[str]:
    """The text of what stands in `depth` containers, in pieces."""
    keyed = isinstance(node, (dict, Iterator))
    if depth >= 4 or not (keyed or isinstance(node, list)) or node in ({}, []):
        yield json.dumps(node, ensure_ascii=False)
        return
    before = line = "\n" + "  " * (depth + 1)
    yield "{" if keyed else "["
    for member in node.items() if isinstance(node, dict) else node:
        yield f'{before}"{member[0]}": ' if keyed else before
        yield from render(member[1] if keyed else member, depth + 1)
        before = "," + line
    yield line[:-2] + ("}" if keyed else "]")


def named(value: int, *names: str) -> str:
    return names[value] if value < len(names) else hexa(value)


def set_json(ranges: Iterable[Tuple[int, int]]) -> Optional[str]:
    return ",".join(f"{a}" if b == a + 1 else f"{a}-{b - 1}" for a, b in ranges) or None


def grouped(spans: Iterable[Tuple[int, int, Any]]) -> Dict[Any, List[List[int]]]:
    """The ranges of each value; what touches is one range."""
    groups: Dict[Any, List[List[int]]] = {}
    for start, end, value in spans:
        ranges = groups.setdefault(value, [])
        if ranges and ranges[-1][1] == start:
            ranges[-1][1] = end
        else:
            ranges.append([start, end])
    return groups


def in_order(rows: List[Tuple[List, Dict[str, Any]]], **before: Any) -> List[Dict[str, Any]]:
    """Objects for ranges with members: those with the most vCPUs first, then the lowest."""
    rows.sort(key=lambda row: (sum(a - b for a, b in row[0]), row[0][0][0]))
    return [{**before, "vcpus": set_json(ranges), **members} for ranges, members in rows]


def column_json(walk: Walk, label="value", show=hexa, affine=True, zeros=(), **before) -> List:
    """The objects of a column; `zeros` are ranges to be told with the value 0."""
    def spans() -> Iterator[Tuple[int, int, int]]:
        for run in walk():
            if run.literals or run.stride and not affine:
                yield from ((i, i + 1, value) for i, value in enumerate(run.values(), run.start))
            elif not run.stride:
                yield run.start, run.end, run.base
        yield from ((start, end, 0) for start, end in zeros)

    rows = [(ranges, {label: show(value)}) for value, ranges in grouped(spans()).items()]
    rows += [([run[:2]], {"base": hexa(run.base), "stride": hexa(run.stride)})
             for run in walk() if run.stride and affine]
    return in_order(rows, **before)


def snapshot_text(s: Snapshot) -> Iterator[str]:
    """The JSON text, in pieces."""
    dialect, digest, scope = s.header.dialect, hexa(s.digest or 0), s.header.scope
    part = obj(scope="vm" if s.index is None else "vcpu", index=s.index, vmDigest=digest)
    features = obj(privateSlots=s.private, sharedSlots=s.shared, relativeMode=bool(s.relative))
    extras = {FIELDS[field].name: extra_json(s, field) for field in sorted(s.extras)}
    events = ((hexa(event.number), event_json(event, state))
              for event, state in zip(s.events, s.states()))
    yield from render(obj(
        schema="sdeictl/snapshot/1",
        part=part if scope != WHOLE else None,
        instance=obj(
            version=f"{s.version >> 48}.{s.version >> 32 & 0xFFFF}", vendor=hexa(s.version % M32),
            clientEL=s.level,
            features=features if any(features.values()) else None,
            dialect=dialect, producer=s.header.producer),
        vcpus=obj(
            count=s.n,
            power=column_json(s.power, "state", STATES.__getitem__, affine=False),
            masked=set_json(s.masked()), deliveryRequest=set_json(s.request()),
            affinity=column_json(s.affinity, zeros=minus(s.known(), s.affinity()))),
        events=events if s.events else None,
        contexts=contexts_json(s) if s.contexts else None,
        extras={dialect: extras} if extras else None))
    yield "\n"


def event_json(event: Event, state: Dict[str, Walk]) -> Dict[str, Any]:
    flags, known = event.flags, event.flags & KNOWN
    routing = {"mode": named(event.mode, "any", "pe"), "affinity": hexa(event.affinity)}
    return obj(
        type=named(event.type, "private", "shared") if known else None,
        priority=named(event.priority, "normal", "critical") if known else None,
        signalable=bool(flags & SIGNALABLE) if known else None,
        trigger="level" if flags & LEVEL else None,
        origin=ORIGINS[flags >> ORIGIN_SHIFT],
        interrupt=hexa(event.interrupt) if flags & INTERRUPT else None,
        notifier=event.notifier or None,
        routing=routing if event.mode or event.affinity else None,
        **{name: set_json(state[name]()) for name in BITMAPS if name in state},
        **{name: column_json(state[name], *(("count", int) if name == "pending" else ()))
           for name in COLUMNS if name in state})


def contexts_json(s: Snapshot) -> Iterator[Tuple[str, Any]]:
    contexts = sorted(s.contexts, key=lambda context: context.vcpu)  # the normal one first
    for vcpu, both in groupby(contexts, key=lambda context: context.vcpu):
        levels = {}
        for _, level, event, i, registers in both:
            *x, pc, pstate = (hexa(register.value(i)) for register in registers)
            number = None if event is None else hexa(event)
            levels[level] = obj(event=number, x=x, pc=pc, pstate=pstate)
        yield str(vcpu), levels


def extra_json(s: Snapshot, number: int) -> Any:
    which, found = FIELDS[number].list, s.extras[number]
    if which == 1:
        return hexa(found)
    if which == 2:
        return [hexa(event) for event in found.values()]
    if which == 3:
        return [{"event": hexa(s.events[rank].number), "value": hexa(value)}
                for run in found() for rank, value in enumerate(run.values(), run.start)]
    if which == 4:
        return column_json(found)
    if which == 5:
        lists = {raw: Body(raw).events().values() for _, _, raw in found()}
        return in_order([(ranges, {"events": [hexa(event) for event in lists[raw]]})
                         for raw, ranges in grouped(found()).items()])
    return [row for rank, _, column in found
            for row in column_json(column, event=hexa(s.events[rank].number))]


# ---- The command --------------------------------------------------------------------------------

def read_text(path: str) -> Iterator[bytes]:
    """The JSON text of a file; whatever is to be refused is refused before the first piece."""
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


def damage(path: str) -> bool:
    """Whether all damaged copies of a good file are refused."""
    with open(path, "rb") as file:
        data = file.read()
    Snapshot(data)
    count, places = 0, range(len(data))
    flips = (data[:i] + bytes([data[i] ^ 1 << bit]) + data[i + 1:]
             for i in places for bit in range(8))
    for copy in chain((data[:length] for length in places), flips):
        try:
            Snapshot(copy)
        except Refused:
            count += 1
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
                status |= not damage(path)
        else:
            print("usage: sdei_snapshot.py FILE | --batch DIR | --damage FILE...", file=sys.stderr)
            status = 2
        sys.stdout.flush()
    except (Refused, OSError, MemoryError, KeyboardInterrupt) as error:
        print(f"{path}: {error}", file=sys.stderr)
        status = 2
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
