#!/usr/bin/env python3
"""An independent reader of the SDEI snapshot format (`.sdei`), version 0.1.

Written from `sdei-snapshot.md` beside this file, and from nothing else; section numbers below are those of that document.
It needs only the standard library of Python 3.9.

    sdei_snapshot.py FILE            check FILE ("-": standard input) and print the JSON text of section 8
    sdei_snapshot.py --batch DIR     one line for each regular file in DIR: name, "ok" and SHA-256 of the text, or "refused" and why
    sdei_snapshot.py --damage FILE.. try every truncation and every single-bit flip of each FILE, and count the refusals

Exit status: 0 fine, 1 a damaged copy was accepted, 2 refused (or unreadable, or wrong usage).

A file is read in three steps: the header; all records with their checksums; the bodies. Bitmaps, columns and packed values stay in their
encoded form and are walked again by whoever needs them, so memory is bounded by the size of the bytes, whatever they count.
"""
from __future__ import annotations

import hashlib
import heapq
import os
import struct
import sys
import zlib
from array import array
from itertools import chain, groupby, islice, repeat, zip_longest
from typing import Any, Callable, Dict, Iterable, Iterator, List, NamedTuple, NoReturn, Optional, Tuple, Union

Range = Tuple[int, int]  # a..<b

MAGIC = bytes.fromhex("89 53 44 45 49 0D 0A 1A")
WHOLE, VM_PART, VCPU_PART = 0, 1, 2
DIALECTS = ("specification", "kvm-v4", "kvm-v5", "kvm-v7", "tf-a", "qemu-rfc")
NAME = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789-")
RECORDS = {1: "INSTANCE", 2: "PART", 3: "VCPUS", 4: "EVENTS", 5: "HANDLERS", 6: "CONTEXTS", 7: "EXTRAS", 65535: "END"}
INSTANCE, PART, VCPUS, EVENTS, HANDLERS, CONTEXTS, EXTRAS, END = RECORDS
MUST_UNDERSTAND, DEFLATED, RESERVED_FLAGS = 1, 4, 0xFFF8
LITERAL, CONSTANT, AFFINE = 0, 1, 2
M32, M64 = 1 << 32, 1 << 64
STATES = (None, "on", "off", "suspended", "standby")
KNOWN, SIGNALABLE, LEVEL, BOUND, NOTIFIER = 1, 2, 4, 8, 16
HANDLER = ("registered", "enabled", "running", "unregisterPending", "relative", "pending", "entry", "argument")


class Field(NamedTuple):
    """A row of the table in section 4."""
    name: str
    list: int
    bits: int
    minimum: int = 1
    dialect: str = "kvm-v5"


FIELDS = {
    1: Field("surplusExposed", 1, 32), 2: Field("surplusRegistered", 1, 32),
    3: Field("exposedOrder", 2, 64), 4: Field("registeredOrder", 2, 64),
    5: Field("notifier", 3, 64), 6: Field("signaled", 3, 8, minimum=2), 7: Field("exposedPadding", 3, 40),
    8: Field("registeredPadding", 3, 24), 9: Field("registeredHole", 3, 32),
    10: Field("masked", 4, 8, minimum=2), 11: Field("vcpuPadding", 4, 56), 12: Field("surplusQueued", 4, 32), 13: Field("mpidrFlags", 4, 64),
    14: Field("queueOrder", 5, 64),
    15: Field("queuePadding", 6, 32),
}


class Refused(Exception):
    """A rule that the file breaks: where, what was found, what was expected."""

    def __init__(self, offset: int, found: str, expected: str):
        super().__init__(f"byte 0x{offset:x}: {found}, expected {expected}")


# ---- Section 1: header and records ------------------------------------------------------------------------------------------------


class Header(NamedTuple):
    length: int
    scope: int
    dialect: str
    producer: str
    tags: Tuple[str, ...]


class Record(NamedTuple):
    offset: int
    flags: int
    length: int


def plain_text(raw: bytes) -> Optional[str]:
    """UTF-8 without control characters, or None."""
    try:
        text = bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if any(c < " " or "\x7f" <= c <= "\x9f" for c in text) else text


def read_header(data: bytes) -> Header:
    if len(data) < 32:
        raise Refused(len(data), f"a file of {len(data)} bytes", "a header of 32 bytes or more")
    magic, major, minor, h, body, scope, reserved, d, p, t = struct.unpack_from("<8sHHIQBBHHH", data)
    if magic != MAGIC:
        raise Refused(0, f"magic {magic.hex(' ')}", MAGIC.hex(" "))
    if h < 40 or h % 8 or h > 65536:
        raise Refused(12, f"header length {h}", "a multiple of 8 in 40...65536")
    if len(data) < h:
        raise Refused(len(data), f"a file of {len(data)} bytes", f"a header of {h} bytes")
    stored, = struct.unpack_from("<I", data, h - 4)
    if (crc := zlib.crc32(data[:h - 4])) != stored:
        raise Refused(h - 4, f"header CRC 0x{stored:08x}", f"0x{crc:08x}")
    if (major, minor) != (0, 1):
        producer = bytes(data[32 + d:min(32 + d + p, h - 4)]).decode("utf-8", "replace")
        raise Refused(8, f"format version {major}.{minor} of producer {producer!a}", "version 0.1")
    if h + body != len(data):
        raise Refused(16, f"header length {h} + body length {body} in a file of {len(data)} bytes", "their sum to be the file's size")
    if scope > VCPU_PART:
        raise Refused(24, f"scope {scope}", "0, 1 or 2")
    if reserved:
        raise Refused(25, f"reserved byte {reserved}", "0")
    for at, what, value, low, high in ((26, "dialect name", d, 1, 64), (28, "producer", p, 0, 1024), (30, "feature tags", t, 0, 1024)):
        if not low <= value <= high:
            raise Refused(at, f"length {value} of the {what}", f"{low}...{high}")
    if h != (36 + d + p + t + 7) // 8 * 8:
        raise Refused(12, f"header length {h}", f"{(36 + d + p + t + 7) // 8 * 8}")
    name, maker, names = (bytes(data[a:b]) for a, b in ((32, 32 + d), (32 + d, 32 + d + p), (32 + d + p, 32 + d + p + t)))
    dialect, producer = name.decode("ascii", "replace"), plain_text(maker)
    if dialect not in DIALECTS:
        raise Refused(32, f"dialect {dialect!a}", "one of " + " ".join(DIALECTS))
    if producer is None:
        raise Refused(32 + d, f"producer {maker!a}", "UTF-8 without control characters")
    tags = names.split(b" ") if names else []
    if not all(tag and NAME.issuperset(tag) for tag in tags) or any(a >= b for a, b in zip(tags, tags[1:])):
        raise Refused(32 + d + p, f"feature tags {names!a}", "names in ascending order, one space between two")
    for tag in tags:
        if tag != b"deflate":
            raise Refused(32 + d + p, f"required feature {tag.decode()!a}", "a feature that this reader knows (deflate)")
    if any(data[32 + d + p + t:h - 4]):
        raise Refused(32 + d + p + t, "header padding that is not zero", "zero bytes")
    return Header(h, scope, dialect, producer, tuple(tag.decode() for tag in tags))


def read_records(data: bytes, header: Header) -> Dict[int, Record]:
    """Check the frame and the checksum of every record; return the records that version 0.1 knows."""
    records: Dict[int, Record] = {}
    at, count, crcs, last, deflated = header.length, 0, 0, 0, False
    while at < len(data):
        if len(data) - at < 16:
            raise Refused(at, f"{len(data) - at} bytes", "a record header of 16 bytes")
        kind, flags, stored, length = struct.unpack_from("<HHIQ", data, at)
        end = at + 16 + length + -length % 8
        if end > len(data):
            raise Refused(at + 8, f"body length {length} with {len(data) - at - 16} bytes left", "a body inside the file")
        crc = zlib.crc32(data[at + 8:end], zlib.crc32(data[at:at + 4]))
        if crc != stored:
            raise Refused(at + 4, f"CRC 0x{stored:08x} of record type {kind}", f"0x{crc:08x}")
        if any(data[at + 16 + length:end]):
            raise Refused(at + 16 + length, "record padding that is not zero", "zero bytes")
        if flags & RESERVED_FLAGS:
            raise Refused(at + 2, f"flags 0x{flags:x}", "bits 3...15 to be 0")
        deflated = deflated or bool(flags & DEFLATED)
        if kind == END:
            check_end(data, at, flags, length, count, crcs)
            if end != len(data):
                raise Refused(end, f"{len(data) - end} bytes behind the END record", "the end of the file")
            if deflated != ("deflate" in header.tags):
                raise Refused(30, f"feature tags {header.tags!a}", "the tag deflate exactly when a record is deflated")
            check_presence(records, header, at)
            return records
        if kind in RECORDS:
            if kind <= last:
                raise Refused(at, f"{RECORDS[kind]} behind {RECORDS[last]}", "each type once, ascending")
            if flags not in (MUST_UNDERSTAND, MUST_UNDERSTAND | DEFLATED):
                raise Refused(at + 2, f"flags {flags} of {RECORDS[kind]}", "1, or 5 when deflated")
            records[kind], last = Record(at, flags, length), kind
        elif kind == 0:
            raise Refused(at, "record type 0", "a type in 1...65535")
        elif flags & MUST_UNDERSTAND:
            raise Refused(at, f"unknown record type {kind} that must be understood (producer {header.producer!a})", "a known type")
        count, crcs, at = count + 1, zlib.crc32(data[at + 4:at + 8], crcs), end
    raise Refused(at, "the end of the file", "an END record")


def check_end(data: bytes, at: int, flags: int, length: int, count: int, crcs: int) -> None:
    if flags != MUST_UNDERSTAND:
        raise Refused(at + 2, f"flags {flags} of END", "1")
    if length != 8:
        raise Refused(at + 8, f"END of {length} bytes", "8 bytes")
    found = struct.unpack_from("<II", data, at + 16)
    if found[0] != count:
        raise Refused(at + 16, f"END counts {found[0]} records", str(count))
    if found[1] != crcs:
        raise Refused(at + 20, f"END with CRC 0x{found[1]:08x} of the records' CRCs", f"0x{crcs:08x}")


def check_presence(records: Dict[int, Record], header: Header, at: int) -> None:
    for kind in (INSTANCE, VCPUS):
        if kind not in records:
            raise Refused(at, "END", f"a record {RECORDS[kind]} before it")
    if (PART in records) != (header.scope == VCPU_PART):
        raise Refused(24, f"scope {header.scope} {'with' if PART in records else 'without'} a PART record", "PART exactly in scope 2")


# ---- Sections 2 and 5: values and compression -------------------------------------------------------------------------------------


def signed(value: int) -> int:
    return value - M64 if value >> 63 else value


def bytes_for(number: int) -> int:
    """The smallest p such that p bytes, sign-extended, are the (signed) number."""
    return (number if number >= 0 else ~number).bit_length() // 8 + 1 if number else 0


class Packed:
    """packed(n): n 64-bit values, left in their bytes."""

    def __init__(self, data: bytes, offset: int, width: int, high: int, count: int):
        self.data, self.offset, self.width, self.high, self.count = data, offset, width, high, count

    def __getitem__(self, i: int) -> int:
        at = self.offset + i * self.width
        return self.high | int.from_bytes(self.data[at:at + self.width], "little")

    def __iter__(self) -> Iterator[int]:
        return (self[i] for i in range(self.count))


class Run(NamedTuple):
    """One run of a column; `at` is its place in the body."""
    at: int
    start: int
    count: int
    kind: int
    base: int
    stride: int
    literals: Optional[Packed]

    @property
    def end(self) -> int:
        return self.start + self.count

    def value(self, i: int) -> int:
        return self.literals[i] if self.literals else (self.base + i * self.stride) % M64

    def values(self) -> Iterator[int]:
        return (self.value(i) for i in range(self.count))

    def contains_zero(self) -> bool:
        if self.literals:
            return not all(self.literals)
        if not self.stride:
            return not self.base
        power = self.stride & -self.stride  # base + i * stride = 0 modulo 2^64 has solutions only when this divides base
        modulus = M64 // power
        return not self.base % power and -(self.base // power) * pow(self.stride // power, -1, modulus) % modulus < self.count


class Bitmap:
    """bitmap(V): a set of 32-bit indexes, left in its bytes."""

    def __init__(self, body: Body, at: int, tag: int, ranges: Callable[[], Iterator[Range]]):
        self.body, self.at, self.tag, self.ranges = body, at, tag, ranges

    def __bool__(self) -> bool:
        return self.tag != 0

    def indexes(self) -> Iterator[int]:
        return chain.from_iterable(range(a, b) for a, b in self.ranges())


class Column:
    """column: a map from indexes to non-zero values, left in its bytes."""

    def __init__(self, body: Body, at: int):
        self.body, self.at = body, at

    def __bool__(self) -> bool:
        return self.body.data[self.at] != 0

    def runs(self) -> Iterator[Run]:
        return read_runs(self.body.at(self.at))

    def ranges(self) -> Iterator[Range]:
        return ((run.start, run.end) for run in self.runs())

    def dense(self, count: int) -> Iterator[int]:
        """The values of the indexes 0..<count, zeros included."""
        at = 0
        for run in self.runs():
            yield from repeat(0, run.start - at)
            yield from run.values()
            at = run.end
        yield from repeat(0, count - at)

    def check_below(self, limit: int, what: str) -> None:
        for run in self.runs():
            if run.end > limit:
                self.body.refuse(f"index {run.end - 1} in {what}", f"indexes below {limit}", run.at)

    def check_values(self, low: int, high: int, what: str) -> None:
        """All values are in low..<high. In 0..<2^63 no step can wrap, so the first and the last value of a run tell."""
        for run in self.runs() if high < M64 else ():
            ends = list(run.literals) if run.literals else [run.base, run.base + (run.count - 1) * signed(run.stride)]
            if min(ends) < low or max(ends) >= high:
                self.body.refuse(f"a value of {what} out of range", f"values in {low}..<0x{high:x}", run.at)


class Body:
    """The content of one record, read from front to back."""

    def __init__(self, data: bytes, origin: int, inflated: bool, pos: int = 0):
        self.data, self.origin, self.inflated, self.pos = data, origin, inflated, pos

    def at(self, pos: int) -> Body:
        return Body(self.data, self.origin, self.inflated, pos)

    def refuse(self, found: str, expected: str, pos: Optional[int] = None) -> NoReturn:
        pos = self.pos if pos is None else pos
        if self.inflated:
            raise Refused(self.origin, f"{found} (byte 0x{pos:x} of the inflated body)", expected)
        raise Refused(self.origin + pos, found, expected)

    @property
    def left(self) -> int:
        return len(self.data) - self.pos

    def need(self, size: int, what: str) -> None:
        if size > self.left:
            self.refuse(f"{what} with {self.left} bytes left in the body", f"at least {size} bytes for it")

    def take(self, size: int, what: str) -> bytes:
        self.need(size, what)
        self.pos += size
        return self.data[self.pos - size:self.pos]

    def done(self) -> None:
        if self.left:
            self.refuse(f"{self.left} more bytes", "the end of the body")

    def varint(self, what: str, limit: int = M64, low: int = 0) -> int:
        start, value, shift, byte = self.pos, 0, 0, 0x80
        while byte & 0x80:
            if shift == 70:
                self.refuse(f"a varint of more than 10 bytes for {what}", "at most 10", start)
            byte = self.take(1, what)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
        if not byte and shift > 7:
            self.refuse(f"a varint that ends with a zero byte for {what}", "the shortest encoding", start)
        if not low <= value < limit:
            self.refuse(f"{what} {value}", f"a value in {low}..<{limit}", start)
        return value

    def sized(self, what: str) -> int:
        start = self.pos
        size = self.take(1, what)[0]
        if size > 8:
            self.refuse(f"a value of {size} bytes for {what}", "at most 8", start)
        number = int.from_bytes(self.take(size, what), "little", signed=True)
        if size != bytes_for(number):
            self.refuse(f"{size} bytes for {what}", f"the shortest encoding, {bytes_for(number)} bytes", start)
        return number % M64

    def string(self, what: str) -> str:
        start = self.pos
        text = plain_text(self.take(self.varint(f"length of {what}"), what))
        if not text:
            self.refuse(f"an empty or ill-formed string for {what}", "UTF-8 without control characters, not empty", start)
        return text

    def packed(self, count: int, what: str) -> Packed:
        if not count:
            return Packed(b"", 0, 0, 0, 0)
        start = self.pos
        head = self.take(1, what)[0]
        width, size = head & 15, head >> 4
        if width + size > 8:
            self.refuse(f"packing byte 0x{head:02x} for {what}", "w in 0...8 and p in 0...8-w", start)
        prefix = int.from_bytes(self.take(size, what), "little", signed=True)
        values = Packed(self.data, self.pos, width, (prefix << 8 * width) % M64, count)
        self.need(count * width, what)
        self.pos += count * width
        if width and len(set(self.data[values.offset + width - 1:self.pos:width])) == 1:
            self.refuse(f"w = {width} for {what}", "the smallest width in which the values differ", start)
        if size != (least := min(bytes_for(signed(values[0]) >> 8 * width), 8 - width)):
            self.refuse(f"p = {size} for {what}", f"the shortest prefix, {least} bytes", start)
        return values

    def bitmap(self, v: int, what: str) -> Bitmap:
        start = self.pos
        tag = self.take(1, what)[0]
        if tag == 0:
            return Bitmap(self, start, tag, lambda: iter(()))
        if tag == 1:
            if not v:
                self.refuse(f"tag 1 for {what}, of 0 members", "tag 0", start)
            return Bitmap(self, start, tag, lambda: iter(((0, v),)))
        if tag not in (2, 3):
            self.refuse(f"tag {tag} for {what}", "0, 1, 2 or 3", start)
        count = self.varint(f"count in {what}", M32, 1)
        self.need(count * (2 if tag == 2 else 8), what)
        first = self.pos
        ranges = (lambda: read_ranges(self.at(first), count)) if tag == 2 else (lambda: word_ranges(self.data, first, count))
        n, only, end = 0, (0, 0), 0
        for n, only in enumerate(read_ranges(self, count) if tag == 2 else ranges(), 1):
            end = only[1]
        if tag == 3:
            self.pos += 8 * count
            if not any(self.data[self.pos - 8:self.pos]):
                self.refuse(f"a last word of zero for {what}", "a word that is not 0", self.pos - 8)
            if end > M32:
                self.refuse(f"index {end - 1} in {what}", "indexes below 2^32", start)
        k = (end - 1) // 64 + 1
        if n == 1 and only == (0, v):
            self.refuse(f"tag {tag} for {what}, exactly 0..<{v}", "tag 1", start)
        if (n <= k) != (tag == 2):
            self.refuse(f"tag {tag} for {what}, {n} ranges and {k} words", f"tag {5 - tag}", start)
        return Bitmap(self, start, tag, ranges)

    def column(self, what: str) -> Column:
        column = Column(self, self.pos)
        check_cut(self, read_runs(self), what)
        return column


def read_ranges(body: Body, count: int) -> Iterator[Range]:
    """The content of a bitmap with tag 2."""
    end = 0
    for i in range(count):
        at = body.pos
        start = end + body.varint("gap of a range", low=min(i, 1))
        end = start + body.varint("length of a range", low=1)
        if end > M32:
            body.refuse(f"a range up to index {end - 1}", "indexes below 2^32", at)
        yield start, end


def word_ranges(data: bytes, offset: int, words: int) -> Iterator[Range]:
    """The maximal ranges of a bitmap with tag 3."""
    start = None
    for base in range(0, 64 * words, 64):
        word, bit = int.from_bytes(data[offset + base // 8:offset + base // 8 + 8], "little"), 0
        while rest := (word if start is None else word ^ (M64 - 1)) >> bit:
            bit += (rest & -rest).bit_length() - 1
            if start is None:
                start = base + bit
            else:
                yield start, base + bit
                start = None
    if start is not None:
        yield start, 64 * words


def read_runs(body: Body) -> Iterator[Run]:
    """The runs of a column, each checked by itself."""
    end = 0
    count = body.varint("number of runs")
    body.need(3 * count, f"{count} runs")
    for _ in range(count):
        at = body.pos
        start = end + body.varint("gap of a run")
        word = body.varint("count and kind of a run", low=4)
        count, kind = word >> 2, word & 3
        end = start + count
        if end > M32:
            body.refuse(f"a run up to index {end - 1}", "indexes below 2^32", at)
        base = stride = 0
        literals = None
        if kind == LITERAL:
            if count >= 4 and body.left and not body.data[body.pos] & 15:
                body.refuse(f"a literal run of {count} with w = 0", "w >= 1 in a literal run of 4 or more", at)
            literals = body.packed(count, "literal values")
        elif kind in (CONSTANT, AFFINE):
            base = body.sized("base")
            stride = body.sized("stride") if kind == AFFINE else 0
            if count < 4 or (kind == AFFINE) != (stride != 0):
                body.refuse(f"a run of kind {kind} with {count} members and stride 0x{stride:x}", "at least 4, and no affine stride 0", at)
        else:
            body.refuse("a run of kind 3", "kind 0, 1 or 2", at)
        run = Run(at, start, count, kind, base, stride, literals)
        if run.contains_zero():
            body.refuse("a run that contains the value 0", "values that are not 0", at)
        yield run


def check_cut(body: Body, runs: Iterator[Run], what: str) -> None:
    """The cut into runs is the one that the values determine: runs are as long as they can be, and no literal starts a run of 4."""
    run = next(runs, None)
    while run:
        following = next(runs, None)
        touching = following if following and following.start == run.end else None
        if not run.literals:
            if touching and touching.value(0) == run.value(run.count):
                body.refuse(f"a run of {what} that the next index continues", "the longest run", run.at)
        else:
            if touching and touching.literals:
                body.refuse(f"two literal runs of {what} that touch", "one literal run", touching.at)
            behind = islice(touching.values(), 3) if touching else ()
            previous = step = None
            same = 0  # equal steps in a row
            for value in chain(run.literals, behind):
                if previous is not None:
                    same = same + 1 if step == (value - previous) % M64 else 1
                    step = (value - previous) % M64
                    if same == 3:
                        body.refuse(f"literal indexes of {what} that start an arithmetic progression of 4", "a constant or affine run", run.at)
                previous = value
        run = following


def open_body(data: bytes, record: Record) -> Body:
    at, length = record.offset + 16, record.length
    if not record.flags & DEFLATED:
        return Body(data[at:at + length], at, False)
    if length < 8:
        raise Refused(at, f"a deflated body of {length} bytes", "an inflated length of 8 bytes")
    size, = struct.unpack_from("<Q", data, at)
    if size > 4 * length:
        raise Refused(at, f"inflated length {size}", f"at most 4 times {length}")
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(data[at + 8:at + length], size + 1)
    except zlib.error as error:
        raise Refused(at + 8, f"a zlib stream that does not inflate ({error})", "RFC 1950") from None
    if len(content) != size:
        raise Refused(at, f"inflated length {size}, and {'more' if len(content) > size else len(content)} bytes", "the same number")
    if not stream.eof or stream.unused_data:
        raise Refused(at + 8, "a zlib stream that ends elsewhere", "its end at the end of the body")
    return Body(content, at, True)


# ---- Sections 3 and 4: bodies -----------------------------------------------------------------------------------------------------


class Event(NamedTuple):
    number: int
    flags: int
    type: int
    priority: int
    mode: int
    affinity: int
    interrupt: int
    notifier: str


class Events:
    """EVENTS; without a body, no events."""

    def __init__(self, body: Optional[Body]):
        self.body, self.count = body, 0
        if body is None:
            return
        count = self.count = body.varint("number of events", M32, 1)
        body.need(4 * count, f"{count} events")
        self.at = body.pos
        self.numbers = body.packed(count, "event numbers")
        self.number_check()
        self.bytes_at = body.pos
        self.flags, self.types, self.priorities, self.modes = (body.take(count, w) for w in ("flags", "types", "priorities", "modes"))
        for rank, flags in enumerate(self.flags):
            if flags >> 5 or not flags & KNOWN and (flags or self.types[rank] or self.priorities[rank]):
                body.refuse(f"event 0x{self.numbers[rank]:x} with flags 0x{flags:02x}, type {self.types[rank]}, priority {self.priorities[rank]}",
                            "bits 5...7 to be 0, and without bit 0 all three to be 0", self.bytes_at + rank)
        self.affinities = body.column("routing affinities")
        self.affinities.check_below(count, "routing affinities")
        self.interrupts_at = body.pos
        for _ in range(sum(flags & BOUND != 0 for flags in self.flags)):
            body.varint("interrupt", M32)
        self.notifiers_at = body.pos
        for _ in range(sum(flags & NOTIFIER != 0 for flags in self.flags)):
            body.string("notifier")
        body.done()

    def number_check(self) -> None:
        previous = -1
        for number in self.numbers:
            if number <= previous:
                self.body.refuse(f"event 0x{number:x} behind 0x{previous:x}", "event numbers strictly ascending", self.at)
            previous = number

    def __iter__(self) -> Iterator[Event]:
        if not self.body:
            return
        interrupts, notifiers = self.body.at(self.interrupts_at), self.body.at(self.notifiers_at)
        for number, flags, kind, priority, mode, affinity in zip(
                self.numbers, self.flags, self.types, self.priorities, self.modes, self.affinities.dense(self.count)):
            yield Event(number, flags, kind, priority, mode, affinity, interrupts.varint("interrupt") if flags & BOUND else 0,
                        notifiers.string("notifier") if flags & NOTIFIER else "")


class Handlers:
    """HANDLERS: where the state of each event begins; without a body, none has state."""

    def __init__(self, body: Optional[Body], events: int, n: int):
        self.body, self.n, self.offsets = body, n, array("Q")
        if body is None:
            return
        start = body.pos
        body.need(max(events, 1), f"the state of {events} events")
        for _ in range(events):
            self.offsets.append(body.pos)
            self.read(body)
        body.done()
        if not any(body.data[at] for at in self.offsets):
            body.refuse("handlers without anything", "no HANDLERS record", start)

    def mask(self, rank: int) -> int:
        return self.body.data[self.offsets[rank]] if self.body else 0

    def of(self, rank: int) -> Dict[str, Union[Bitmap, Column]]:
        return self.read(self.body.at(self.offsets[rank])) if self.body else {}

    def read(self, body: Body) -> Dict[str, Union[Bitmap, Column]]:
        found: Dict[str, Union[Bitmap, Column]] = {}
        mask = body.take(1, "what an event has")[0]
        for bit, name in enumerate(HANDLER):
            if mask >> bit & 1:
                at = body.pos
                found[name] = body.bitmap(self.n, name) if bit < 5 else body.column(name)
                if not found[name]:
                    body.refuse(f"an empty {name}", f"bit {bit} to be clear", at)
                if name == "pending":
                    found[name].check_values(1, M32, name)
        return found


class Level:
    """The contexts of one level of CONTEXTS."""

    def __init__(self, body: Body, length: int):
        self.body, at = body, body.pos
        n = self.count = body.varint("number of contexts", M32)
        if not n:
            return
        if 3 * n > length:
            body.refuse(f"{n} contexts in a record of {length} bytes", "at most a third of it", at)
        self.at = body.pos
        self.vcpus = body.take(4 * n, f"the vCPUs of {n} contexts")
        if any(a >= b for a, b in zip(self.indexes(), islice(self.indexes(), 1, None))):
            body.refuse("vCPUs of contexts out of order", "strictly ascending", self.at)
        at = body.pos
        self.with_event = body.bitmap(n, "positions with an event number")
        m = 0
        for start, end in self.with_event.ranges():
            m += end - start
            if end > n:
                body.refuse(f"position {end - 1} of {n} contexts", f"positions below {n}", at)
        self.numbers = body.packed(m, "event numbers of contexts")
        self.registers = [body.packed(n, f"register {i} of contexts") for i in range(20)]
        for _, event, registers in self.contexts():
            if event is None and not any(registers):
                body.refuse("a context without an event number and with all registers 0", "something in it", self.at)

    def indexes(self) -> Iterator[int]:
        return (index for index, in struct.iter_unpack("<I", self.vcpus)) if self.count else iter(())

    def contexts(self) -> Iterator[Tuple[int, Optional[int], List[int]]]:
        if not self.count:
            return
        marked, numbers = self.with_event.indexes(), iter(self.numbers)
        mark = next(marked, None)
        for position, vcpu in enumerate(self.indexes()):
            event = None
            if position == mark:
                event, mark = next(numbers), next(marked, None)
            yield vcpu, event, [register[position] for register in self.registers]


def event_list(body: Body) -> Packed:
    return body.packed(body.varint("number of event numbers", M32), "event numbers")


def keyed(body: Body, what: str, limit: int, read: Callable[[], Any]) -> Iterator[Tuple[int, Any]]:
    """The items of the lists 5 and 6: index (vCPU or rank) and what is told of it."""
    index = -1
    for _ in range(body.varint(f"number of {what}s", low=1)):
        index += 1 + body.varint(f"distance to the previous {what}")
        if index >= limit:
            body.refuse(f"{what} {index}", f"below {limit}")
        yield index, read()


class Extras:
    """EXTRAS: for each field, where its content begins; without a body, none."""

    def __init__(self, body: Optional[Body], dialect: str, events: int, memory: int):
        self.body, self.events, self.memory = body, events, memory
        self.fields: Dict[int, int] = {}
        if body is None:
            return
        for which in range(1, 7):
            previous = 0
            for _ in range(body.varint(f"number of items in list {which}")):
                at = body.pos
                field = body.varint("field id", low=previous + 1)
                known = FIELDS.get(field)
                if not known or known.list != which or known.dialect != dialect:
                    body.refuse(f"field id {field} in list {which} of dialect {dialect}", "a field of this list and dialect", at)
                self.fields[field], previous = body.pos, field
                self.check(body, known)
        body.done()
        if not self.fields:
            body.refuse("extras without an item", "no EXTRAS record", 0)

    def check(self, body: Body, field: Field) -> None:
        low, high, at = field.minimum, 1 << field.bits, body.pos
        if field.list == 1:
            if not low <= (value := body.sized(field.name)) < high:
                body.refuse(f"{field.name} 0x{value:x}", f"a value in {low}..<0x{high:x}", at)
        elif field.list == 2:
            self.pay(body, event_list(body))
        elif field.list in (3, 4):
            self.check_column(body.column(field.name), field, self.events if field.list == 3 else M32)
        elif field.list == 5:
            for _, numbers in keyed(body, "vCPU", M32, lambda: event_list(body)):
                self.pay(body, numbers)
        else:
            for _, column in keyed(body, "rank", self.events, lambda: body.column(field.name)):
                self.check_column(column, field, M32)

    def check_column(self, column: Column, field: Field, limit: int) -> None:
        if not column:
            column.body.refuse(f"an empty column of {field.name}", "a column that is not empty", column.at)
        column.check_below(limit, field.name)
        column.check_values(field.minimum, 1 << field.bits, field.name)

    def pay(self, body: Body, numbers: Packed) -> None:
        """Equal event numbers take no bytes (w = 0): what bounds them is the memory that section 7 allows."""
        self.memory -= 0 if numbers.width else 8 * numbers.count
        if self.memory < 0:
            body.refuse(f"{numbers.count} event numbers that take no bytes", "what fits in the memory of section 7")

    def keyed(self, field: int, read: Callable[[Body], Any]) -> Iterator[Tuple[int, Any]]:
        body = self.body.at(self.fields[field])
        return keyed(body, "index", M32, lambda: read(body))


class Snapshot:
    """All of a file, checked."""

    def __init__(self, data: bytes):
        self.header = header = read_header(data)
        records = read_records(data, header)
        bodies = {kind: open_body(data, record) for kind, record in records.items()}
        self.read_instance(bodies[INSTANCE])
        if PART in bodies:
            self.part_body = body = bodies[PART]
            self.index, reserved, self.digest = struct.unpack("<IIQ", body.take(16, "PART"))
            body.done()
            if reserved:
                body.refuse(f"reserved 0x{reserved:x}", "0", 4)
        self.read_vcpus(bodies[VCPUS])
        self.events = Events(bodies.get(EVENTS))
        self.handlers = Handlers(bodies.get(HANDLERS), self.events.count, self.n)
        self.levels: List[Level] = []
        if CONTEXTS in bodies:
            body = bodies[CONTEXTS]
            self.levels = [Level(body, records[CONTEXTS].length) for _ in range(2)]
            body.done()
            if not any(level.count for level in self.levels):
                body.refuse("contexts without a context", "no CONTEXTS record", 0)
        self.extras = Extras(bodies.get(EXTRAS), header.dialect, self.events.count, 64 * len(data) + (1 << 20))
        self.check_orders()
        if header.scope == VCPU_PART:
            self.check_vcpu_part()
        elif header.scope == VM_PART:
            self.digest = vm_digest(self.n, self.events)

    def read_instance(self, body: Body) -> None:
        self.version, self.level, relative, self.private, self.shared, reserved = struct.unpack("<QBBHHH", body.take(16, "INSTANCE"))
        body.done()
        if relative > 1:
            body.refuse(f"relative mode {relative}", "0 or 1", 9)
        if reserved:
            body.refuse(f"reserved 0x{reserved:x}", "0", 14)
        self.relative = bool(relative)

    def read_vcpus(self, body: Body) -> None:
        self.n = body.varint("number of vCPUs", M32)
        self.masked = body.bitmap(self.n, "masked")
        self.request = body.bitmap(self.n, "delivery request")
        self.power = body.column("power")
        self.power.check_values(1, 5, "power")
        self.known = body.bitmap(self.n, "vCPUs with known affinity")
        self.affinity = body.column("affinity")
        body.done()
        known = self.known.ranges()
        start, end = 0, 0
        for run in self.affinity.runs():
            while end <= run.start:
                start, end = next(known, (M32, M32 + 1))
            if run.start < start or run.end > end:
                body.refuse(f"affinities of the vCPUs {run.start}-{run.end - 1}", "only vCPUs whose affinity is known", run.at)

    def check_orders(self) -> None:
        """Fields 3 and 4 are there only where a list is not the one that goes without saying (as far as this file shows it)."""
        scope = self.header.scope
        usual = {}
        if scope != VCPU_PART:
            usual[3] = (event.number for event in self.events if event.flags & KNOWN)
        if scope == WHOLE:
            usual[4] = (event.number for rank, event in enumerate(self.events) if self.handlers.mask(rank) & 1)
        for field, numbers in usual.items():
            if field in self.extras.fields:
                at = self.extras.fields[field]
                if all(a == b for a, b in zip_longest(event_list(self.extras.body.at(at)), numbers)):
                    self.extras.body.refuse(f"{FIELDS[field].name} in the usual order", "the field to be left out", at)

    def check_vcpu_part(self) -> None:
        """Section 6, as far as one file tells: nothing of the VM, and of vCPUs only this one."""
        index, own = self.index, (self.index, self.index + 1)
        if index >= self.n:
            self.part_body.refuse(f"vCPU {index} of {self.n}", "an index below N", 0)

        def check_own(thing: Union[Bitmap, Column], what: str) -> None:
            if any(found != own for found in thing.ranges()):
                thing.body.refuse(f"{what} with another vCPU than the part's", f"only vCPU {index}", thing.at)

        for thing, what in ((self.masked, "masked"), (self.request, "delivery request"), (self.power, "power"),
                            (self.known, "known affinities"), (self.affinity, "affinity")):
            check_own(thing, what)
        events = self.events
        if events.body and (any(map(any, (events.flags, events.types, events.priorities, events.modes))) or events.affinities):
            events.body.refuse("events with flags, types, priorities, modes or affinities in a vCPU part", "all of them 0", events.bytes_at)
        state = bytearray(self.handlers.mask(rank) != 0 for rank in range(events.count))
        for rank in range(events.count):
            for what, thing in self.handlers.of(rank).items():
                check_own(thing, what)
        for level in self.levels:
            if any(vcpu != index for vcpu in level.indexes()):
                level.body.refuse("a context of another vCPU than the part's", f"only vCPU {index}", level.at)
        for field, at in self.extras.fields.items():
            name, which, body = FIELDS[field].name, FIELDS[field].list, self.extras.body
            if which <= 3:
                body.refuse(f"{name} in a vCPU part", "extras of the VM only in its part", at)
            elif which == 4:
                check_own(Column(body, at), name)
            elif which == 5:
                if any(vcpu != index for vcpu, _ in self.extras.keyed(field, event_list)):
                    body.refuse(f"{name} of another vCPU than the part's", f"only vCPU {index}", at)
            else:
                for rank, column in self.extras.keyed(field, lambda body: body.column(name)):
                    check_own(column, name)
                    state[rank] = True
        if not all(state):
            events.body.refuse(f"event 0x{events.numbers[state.index(0)]:x} without state in a vCPU part", "only events with state", events.at)


def vm_digest(n: int, events: Events) -> int:
    """FNV-1a, 64 bits, over the number of vCPUs and the definitions."""
    value = 0xCBF29CE484222325
    pieces = [struct.pack("<II", n, events.count)]
    for piece in chain(pieces, map(definition, events)):
        for byte in piece:
            value = (value ^ byte) * 0x100000001B3 % M64
    return value


def definition(event: Event) -> bytes:
    notifier = event.notifier.encode()
    return struct.pack("<QBBBII", event.number, event.flags, event.type, event.priority, event.interrupt, len(notifier)) + notifier


# ---- Section 8: the JSON text -----------------------------------------------------------------------------------------------------


class Container(NamedTuple):
    brackets: str
    members: Iterable[Any]


class IndexSet(NamedTuple):
    """Maximal ranges, flat: first, end, first, end, ... or as pairs."""
    ranges: Iterable[Range]


def filled(brackets: str, members: Iterator[Any]) -> Optional[Container]:
    """A container, or None instead of an empty one."""
    first = next(members, None)
    return None if first is None else Container(brackets, chain((first,), members))


def obj(pairs: Iterable[Tuple[str, Any]]) -> Optional[Container]:
    """An object of the members that are there."""
    return filled("{}", (pair for pair in pairs if pair[1] is not None))


def arr(items: Iterable[Any]) -> Optional[Container]:
    return filled("[]", iter(items))


def index_set(bitmap: Optional[Bitmap]) -> Optional[IndexSet]:
    return IndexSet(bitmap.ranges()) if bitmap else None


def hexa(value: int) -> str:
    return f"0x{value:x}"


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def render(node: Any, depth: int = 0) -> Iterator[str]:
    """The text of a node that stands in `depth` containers."""
    if isinstance(node, bool):
        yield "true" if node else "false"
    elif isinstance(node, int):
        yield str(node)
    elif isinstance(node, str):
        yield quoted(node)
    elif isinstance(node, IndexSet):
        between = '"'
        for start, end in node.ranges:
            yield f"{between}{start}" if end == start + 1 else f"{between}{start}-{end - 1}"
            between = ","
        yield '"'
    else:
        lead, between, tail = "", ", ", ""
        if depth < 4:
            lead, tail = "\n" + "  " * (depth + 1), "\n" + "  " * depth
            between = "," + lead
        yield node.brackets[0]
        empty = True
        for member in node.members:
            yield lead if empty else between
            empty = False
            if node.brackets == "{}":
                yield quoted(member[0]) + ": "
                member = member[1]
            yield from render(member, depth + 1)
        yield ("" if empty else tail) + node.brackets[1]


class Groups:
    """Index ranges by what they have in common; the order of columns is: most indexes first, then lowest index."""

    def __init__(self) -> None:
        self.groups: Dict[Any, array] = {}  # flat: first, end, first, end, ...
        self.singles: List[Tuple[int, int, Iterable[Range], Any]] = []

    def add(self, start: int, end: int, key: Any) -> None:
        flat = self.groups.setdefault(key, array("Q"))
        if flat and flat[-1] == start:
            flat[-1] = end
        else:
            flat.extend((start, end))

    def objects(self, before: Tuple, describe: Callable[[Any], Tuple]) -> Iterator[Container]:
        rows = [(sum(flat[1::2]) - sum(flat[::2]), flat[0], zip(flat[::2], flat[1::2]), describe(key)) for key, flat in self.groups.items()]
        for _, _, ranges, after in sorted(rows + self.singles, key=lambda row: (-row[0], row[1])):
            yield Container("{}", (*before, ("vcpus", IndexSet(ranges)), *after))


def column_objects(column: Column, before: Tuple = (), describe: Optional[Callable[[int], Tuple]] = None, affine: bool = True,
                   zeros: Iterable[Range] = ()) -> Iterator[Container]:
    groups = Groups()
    for run in column.runs():
        if run.kind == CONSTANT:
            groups.add(run.start, run.end, run.base)
        elif run.kind == AFFINE and affine:
            groups.singles.append((run.count, run.start, ((run.start, run.end),), (("base", hexa(run.base)), ("stride", hexa(run.stride)))))
        else:
            for index, value in enumerate(run.values(), run.start):
                groups.add(index, index + 1, value)
    for start, end in zeros:
        groups.add(start, end, 0)
    return groups.objects(before, describe or (lambda value: (("value", hexa(value)),)))


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
    return chain(render(obj((
        ("schema", "sdeictl/snapshot/1"),
        ("part", part_json(s)),
        ("instance", instance_json(s)),
        ("vcpus", obj((
            ("count", s.n),
            ("power", arr(column_objects(s.power, describe=lambda value: (("state", STATES[value]),), affine=False))),
            ("masked", index_set(s.masked)),
            ("deliveryRequest", index_set(s.request)),
            ("affinity", arr(column_objects(s.affinity, zeros=minus(s.known.ranges(), s.affinity.ranges())))),
        ))),
        ("events", obj((hexa(event.number), event_json(event, s.handlers.of(rank))) for rank, event in enumerate(s.events))),
        ("contexts", obj(contexts_json(s.levels))),
        ("extras", obj([(s.header.dialect, obj((FIELDS[field].name, extra_json(s, field)) for field in sorted(s.extras.fields)))])),
    ))), ("\n",))


def part_json(s: Snapshot) -> Optional[Container]:
    if s.header.scope == WHOLE:
        return None
    vcpu = s.header.scope == VCPU_PART
    return obj((("scope", "vcpu" if vcpu else "vm"), ("index", s.index if vcpu else None), ("vmDigest", hexa(s.digest))))


def instance_json(s: Snapshot) -> Optional[Container]:
    features = (("privateSlots", s.private), ("sharedSlots", s.shared), ("relativeMode", s.relative))
    return obj((
        ("version", f"{s.version >> 48}.{s.version >> 32 & 0xFFFF}"),
        ("vendor", hexa(s.version & 0xFFFFFFFF)),
        ("clientEL", s.level),
        ("features", obj(features) if s.private or s.shared or s.relative else None),
        ("dialect", s.header.dialect),
        ("producer", s.header.producer),
    ))


def named(value: int, *names: str) -> str:
    return names[value] if value < len(names) else hexa(value)


def event_json(event: Event, state: Dict[str, Any]) -> Optional[Container]:
    known = event.flags & KNOWN
    routing = (("mode", named(event.mode, "any", "pe")), ("affinity", hexa(event.affinity)))
    members: List[Tuple[str, Any]] = [
        ("type", named(event.type, "private", "shared") if known else None),
        ("priority", named(event.priority, "normal", "critical") if known else None),
        ("signalable", event.flags & SIGNALABLE != 0 if known else None),
        ("trigger", "level" if event.flags & LEVEL else None),
        ("interrupt", hexa(event.interrupt) if event.flags & BOUND else None),
        ("notifier", event.notifier or None),
        ("routing", obj(routing) if event.mode or event.affinity else None),
    ]
    members += [(name, index_set(state.get(name))) for name in HANDLER[:5]]
    if "pending" in state:
        members.append(("pending", arr(column_objects(state["pending"], describe=lambda value: (("count", value),)))))
    members += [(name, arr(column_objects(state[name]))) for name in HANDLER[6:] if name in state]
    return obj(members)


def contexts_json(levels: List[Level]) -> Iterator[Tuple[str, Any]]:
    rows = heapq.merge(*(zip(level.contexts(), repeat(name)) for level, name in zip(levels, ("normal", "critical"))), key=lambda row: row[0][0])
    for vcpu, group in groupby(rows, key=lambda row: row[0][0]):
        yield str(vcpu), obj([(name, context_json(event, registers)) for (_, event, registers), name in group])


def context_json(event: Optional[int], registers: List[int]) -> Optional[Container]:
    words = list(map(hexa, registers))
    return obj((("event", None if event is None else hexa(event)), ("x", arr(words[:18])), ("pc", words[18]), ("pstate", words[19])))


def extra_json(s: Snapshot, field: int) -> Any:
    which, body, events = FIELDS[field].list, s.extras.body.at(s.extras.fields[field]), s.events
    if which == 1:
        return hexa(body.sized("value"))
    if which == 2:
        return Container("[]", map(hexa, event_list(body)))
    if which == 3:
        return arr(obj((("event", hexa(events.numbers[rank])), ("value", hexa(value))))
                   for run in Column(body, body.pos).runs() for rank, value in enumerate(run.values(), run.start))
    if which == 4:
        return arr(column_objects(Column(body, body.pos)))
    if which == 5:
        groups = Groups()
        for vcpu, start in keyed(body, "vCPU", M32, lambda: (body.pos, event_list(body))[0]):
            groups.add(vcpu, vcpu + 1, body.data[start:body.pos])  # equal lists are equal bytes
        return arr(groups.objects((), lambda raw: (("events", Container("[]", map(hexa, event_list(Body(raw, 0, False))))),)))
    return arr(chain.from_iterable(column_objects(column, before=(("event", hexa(events.numbers[rank])),))
                                   for rank, column in s.extras.keyed(field, lambda at: at.column("value"))))


# ---- The command ------------------------------------------------------------------------------------------------------------------


def read_file(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read()
    with open(path, "rb") as file:
        return file.read()


def show(path: str) -> int:
    try:
        snapshot = Snapshot(read_file(path))
    except (Refused, OSError, MemoryError) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 2
    for piece in snapshot_text(snapshot):
        sys.stdout.buffer.write(piece.encode())
    return 0


def batch(directory: str) -> int:
    out = sys.stdout.buffer
    for name in sorted(os.listdir(os.fsencode(directory))):
        path = os.path.join(os.fsencode(directory), name)
        if not os.path.isfile(path):
            continue
        try:
            digest = hashlib.sha256()
            for piece in snapshot_text(Snapshot(read_file(os.fsdecode(path)))):
                digest.update(piece.encode())
            out.write(name + b"\tok\t" + digest.hexdigest().encode() + b"\n")
        except (Refused, OSError, MemoryError) as error:
            out.write(name + b"\trefused\t" + str(error).encode("utf-8", "backslashreplace") + b"\n")
    return 0


def refused(data: bytes) -> bool:
    try:
        Snapshot(data)
    except Refused:
        return True
    return False


def damage(path: str) -> int:
    data = read_file(path)
    Snapshot(data)  # the file itself must be a good one
    total = count = 0
    for length in range(len(data)):
        total, count = total + 1, count + refused(data[:length])
    copy = bytearray(data)
    for at in range(len(data)):
        for bit in range(8):
            copy[at] ^= 1 << bit
            total, count = total + 1, count + refused(copy)
            copy[at] ^= 1 << bit
    print(f"{path}: {total} damaged copies, {count} refused")
    return int(count != total)


def main(arguments: List[str]) -> int:
    if len(arguments) == 1 and not arguments[0].startswith("--"):
        return show(arguments[0])
    if len(arguments) == 2 and arguments[0] == "--batch":
        return batch(arguments[1])
    if len(arguments) >= 2 and arguments[0] == "--damage":
        status = 0
        for path in arguments[1:]:
            try:
                status = max(status, damage(path))
            except (Refused, OSError) as error:
                print(f"{path}: {error}", file=sys.stderr)
                status = 2
        return status
    print("usage: sdei_snapshot.py FILE | --batch DIR | --damage FILE...", file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        status = main(sys.argv[1:])
        sys.stdout.flush()
    except (OSError, KeyboardInterrupt) as error:  # a directory that cannot be listed, a closed pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        print(f"sdei_snapshot.py: {error}", file=sys.stderr)
        status = 2
    sys.exit(status)
