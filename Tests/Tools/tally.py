#!/usr/bin/env python3
"""Counts the rules of DEN0054C that the dumps of the recordings break: tally.py DIRECTORY

DIRECTORY holds the recordings (kvm-v4, kvm-v5, kvm-v7, tf-a; *.jsonl.gz). Only the decoded dumps in
them are read, and of TF-A the platform's line; no bytes, no form and no code of this project. For
each family and rule it prints in how many dumps the rule is broken, and in how many places: an event,
a level of a vCPU, a vCPU, or the instance as a whole, as the rule's table says.

The predicates are written from the specification (DEN0054C; its parts as "S 5.1.2") and from what the
implementations are known to store. The dumps are not of idle machines: what a rule says of idle ones
only (V050, V052) is counted too, as if they were.
"""

import gzip
import json
import os
import sys

# --- Identifiers -------------------------------------------------------------------------------------

# Known defects of implementations, by the name of their predicate: identifier, families.
ARRAYS = ("kvm-v4", "kvm-v4+events", "kvm-v5")
DEFECTS = {
    "route_mode_is_affinity": ("SDEI-K001", ARRAYS),
    "route_mode_may_be_affinity": ("SDEI-K002", ARRAYS),
    "unregister_pending_is_stale": ("SDEI-K003", ("kvm-v5",)),
    "shared_was_delivered_twice": ("SDEI-K004", ARRAYS),
    "occurrences_are_counted": ("SDEI-K005", ARRAYS),
    "preemption_is_lost": ("SDEI-K006", ("kvm-v5",)),
    "count_fell_below_zero": ("SDEI-K007", ARRAYS),
    "number_is_no_number": ("SDEI-K008", ARRAYS),
    "private_event_is_routed": ("SDEI-K009", ARRAYS),
    "pending_while_unregistered": ("SDEI-K021", ("kvm-v7",)),
    "request_was_not_made": ("SDEI-K022", ("kvm-v7",)),
    "registration_count_leaks": ("SDEI-K031", ("tf-a",)),
    "released_while_running": ("SDEI-K032", ("tf-a",)),
    "off_was_not_masked": ("SDEI-K033", ("tf-a",)),
    "runs_while_off": ("SDEI-K034", ("tf-a",)),
    "affinity_was_kept": ("SDEI-K035", ("tf-a",)),
    "notifier_is_a_pointer": ("SDEI-L001", ARRAYS),
}

# Rules whose facts a dump does not have, by family; they are no rows of the table.
KVM = ("kvm-v4", "kvm-v4+events", "kvm-v5", "kvm-v7")
ALL = KVM + ("tf-a",)
UNKNOWN = [
    (ALL, [1, 4], "a constant of the implementation, not a field of the dump"),
    (ALL, [3, 26], "no implementation has relative mode"),
    (KVM, [2], "the ABI does not tell bind slots"),
    (KVM, [12, 14, 15, 16, 17, 19], "KVM binds no interrupts"),
    (("kvm-v4", "kvm-v4+events"), [18], "KVM binds no interrupts, and does not tell what is defined"),
    (KVM, [5, 51], "the ABI does not tell MPIDRs"),
    (KVM, [27], "the ABI keeps no registration flags"),
    (KVM, [33, 44], "the ABI does not tell which vCPUs are off"),
    (KVM, [37], "no mark of its own beside the running number"),
    (KVM, [39], "the order of levels is not stored"),
    (("kvm-v4",), [9, 11, 29, 30, 31, 34], "definitions are known of 0x40400000 only"),
    (("kvm-v7",), [11, 28, 29, 30, 31, 32, 34, 36, 38, 40, 47, 58],
     "two private normal events, a bit each, no running number"),
    (("tf-a",), [47, 48, 49, 50, 52], "what is pending is the interrupt controller's"),
    (ALL, [7, 21, 43], "the dump has no room for it"),
    (ALL, [41, 55], "not a rule: says what is allowed"),
    (ALL, [45, 60, 61, 62, 63, 64, 65, 66], "needs two states, or the step between them"),
    (ALL, [59], "needs symbols"),
]

# What an implementation always does and harms nobody, by predicate: nothing to report of its states.
USUAL = [
    (("kvm-v4", "kvm-v4+events"), "event_0_exists",
     "0 is the ABI's number of no event, so it can not be one"),
    (("kvm-v7",), "signalable", "the kernel marks its own events so, and SIGNAL takes 0 only"),
    (KVM, "platform_event",
     "v7's event 1 is the kernel's own, and before any number with bits 23:22 = 01 will do"),
    (("tf-a",), "any_has_affinity", "ROUTING_SET to RM_ANY and REGISTER keep the affinity"),
    (("tf-a",), "private_has_routing", "REGISTER stores RM_PE and the PE itself"),
    (ARRAYS, "private_has_routing", "a known defect of its own: private_event_is_routed"),
    (KVM, "context_of_idle_level", "completion leaves the registers in place"),
    (("tf-a",), "off_and_unmasked", "masks at CPU_ON, not at CPU_OFF"),
    (KVM, "deliverable_anywhere",
     "shared events wait for one vCPU there, whatever their routing"),
]

# --- What a dump says, in the specification's words ---------------------------------------------------


class Event:
    """An event: its definition as far as it is known, and its handler's slots.

    A slot is a vCPU for a private event; a shared event has slot 0 (S 6.1.1).
    """

    def __init__(self, number):
        self.number = number
        self.shared = self.critical = self.signalable = None  # None: not known
        self.type = self.priority = None  # as stored
        self.defined = False
        self.notifier = 0
        self.bound = self.slot = False  # bound by a client; one of the numbers kept for that
        self.interrupt = 0
        self.mode = self.affinity = 0
        self.flags = 0
        self.registered, self.enabled, self.unregistering, self.marked = set(), set(), set(), set()
        self.entry, self.argument = {}, {}
        self.pending = {}  # vCPU: occurrences that wait, without the one that is handled
        self.registrations = None

    def define(self, type, priority, signaled):
        self.defined = True
        self.type, self.priority = type, priority
        self.shared, self.critical, self.signalable = type == 1, priority == 1, bool(signaled)

    def slots_of(self, vcpu):
        """The slots that can be a vCPU's: both, while the type is not known."""
        if self.shared is None:
            return {0, vcpu}
        return {0} if self.shared else {vcpu}


class Level:
    """A level of a vCPU: what was interrupted, and by which event (None: none)."""

    def __init__(self, vcpu, critical, event, x=(), pc=0, pstate=0, stored=None):
        self.vcpu, self.critical, self.event = vcpu, critical, event
        self.x, self.pc, self.pstate = x, pc, pstate
        self.stored = stored  # the number as the ABI has it
        self.runs = event is not None

    @property
    def place(self):
        return (self.vcpu, "critical" if self.critical else "normal")

    @property
    def isZero(self):
        return not any(self.x) and self.pc == 0 and self.pstate == 0


class State:
    def __init__(self, family, vcpus):
        self.family, self.count = family, vcpus
        self.client = 1
        self.events, self.levels = {}, []
        self.masked = {v: 1 for v in range(vcpus)}  # as after a reset
        self.on = {v: True for v in range(vcpus)}
        self.affinity = {}
        self.slots = None

    def event(self, number):
        return self.events.setdefault(number, Event(number))

    def running(self):
        """The levels that run, by event number."""
        result = {}
        for level in self.levels:
            if level.runs:
                result.setdefault(level.event, []).append(level)
        return result

    def running_slots(self, event):
        slots = set(event.marked)
        for level in self.running().get(event.number, []):
            slots |= event.slots_of(level.vcpu)
        return slots


def number(value):
    return int(value, 0) if isinstance(value, str) else int(value or 0)


def column(members):
    return {int(slot): number(value) for slot, value in members.items()}


def frame(value):
    value = value or {}
    x = value.get("x", {})
    words = [number(x.get(str(i), 0)) for i in range(18)] if isinstance(x, dict) else [
        number(word) for word in x]
    return words, number(value.get("pc")), number(value.get("pstate"))


def is_virtual(num):
    """KVM v2 to v5 support numbers of 32 bits in which bits 23:22 are 01 (v5 also 0)."""
    return num >> 32 == 0 and num >> 22 & 3 == 1


def kvm_levels(state, entry, supports):
    """The two levels of a vCPU of v4 and v5; an unsupported number means that nothing runs."""
    vcpu = entry["vcpu"]
    state.masked[vcpu] = entry["masked"]
    for critical, name in ((False, "normal"), (True, "critical")):
        stored = number(entry[name + "_num"])
        event = stored if supports(stored) else None
        words = frame(entry.get(name + "_regs"))
        state.levels.append(Level(vcpu, critical, event, *words, stored=stored))


def queue(state, entry, key):
    """v4 and v5 count the occurrence that is handled with those that wait."""
    running = [level.event for level in state.levels if level.vcpu == entry["vcpu"] and level.runs]
    for item in entry["events"]:
        num = number(item["num"])
        waiting = item[key] - (1 if num in running else 0)
        event = state.event(num)
        event.pending[entry["vcpu"]] = event.pending.get(entry["vcpu"], 0) + max(waiting, 0)


def registration(state, entry, entries, arguments):
    event = state.event(number(entry["num"]))
    event.mode, event.affinity = entry["route_mode"], number(entry["route_affinity"])
    event.registered, event.enabled = set(entry["registered"]), set(entry["enabled"])
    event.unregistering = set(entry.get("unregister_pending", []))
    event.entry, event.argument = column(entry[entries]), column(entry[arguments])


def read_v4(dump, exposed, family):
    """KVM v4: the dump has no definitions; 0x40400000 is built in: private, signaled, critical.

    `exposed` is what the VMM has told the kernel, where it is taken into account.
    """
    state = State(family, dump["raw"]["nvcpus"])
    state.event(0x40400000).define(0, 1, 1)
    for entry in exposed:
        event = state.event(number(entry["num"]))
        event.define(number(entry["type"]), number(entry["priority"]), number(entry["signaled"]))
        event.notifier = number(entry.get("notifier"))
    for entry in dump["registered"]:
        registration(state, entry, "entries", "params")
    for entry in dump["vcpus"]:
        kvm_levels(state, entry, is_virtual)
        queue(state, entry, "refcount")
    return state


def read_v5(dump):
    state = State("kvm-v5", dump["raw"]["nvcpus"])
    for entry in dump["exposed"]:
        event = state.event(number(entry["num"]))
        event.define(entry["type"], entry["priority"], entry["signaled"])
        event.notifier = number(entry["notifier"])
    for entry in dump["registered"]:
        registration(state, entry, "ep_address", "ep_arg")
    for entry in dump["vcpus"]:
        kvm_levels(state, entry, lambda num: num == 0 or is_virtual(num))
        queue(state, entry, "event_count")
    return state


def read_v7(dump):
    """KVM v7: events 0 and 1, private, normal, signaled; one context, of the lowest running event."""
    state = State("kvm-v7", dump["raw"]["nvcpus"])
    for num in (0, 1):
        state.event(num).define(0, 0, 1)
    for entry in dump["vcpus"]:
        vcpu = entry["vcpu"]
        state.masked[vcpu] = entry["pe_state"]
        running = [num for num in range(64) if entry["running"] >> num & 1]
        words = frame(entry["context"])
        state.levels.append(Level(vcpu, False, running[0] if running else None, *words))
        for num in running[1:]:
            state.levels.append(Level(vcpu, False, num, *words))
        for num in (0, 1):
            event = state.events[num]
            for key, slots in (("registered", event.registered), ("enabled", event.enabled),
                               ("running", event.marked)):
                if entry[key] >> num & 1:
                    slots.add(vcpu)
            if entry["pending"] >> num & 1:
                event.pending[vcpu] = 1
            event.entry[vcpu], event.argument[vcpu] = map(number, entry["handlers"][num])
    return state


def read_tfa(dump, platform):
    state = State("tf-a", len(dump["pes"]))
    state.client = platform["client_el"]
    for vcpu, mpidr in enumerate(platform["mpidr"]):
        state.affinity[vcpu] = number(mpidr) & 0xFF00FFFFFF
    for entry in dump["events"]:
        event = state.event(entry["ev"])
        event.define(int(entry["shared"]), int(entry["critical"]), entry["signalable"])
        event.slot, event.bound = entry["dynamic"], entry["dynamic"] and entry["bound"]
        event.interrupt, event.registrations = entry["intr"], entry["reg_count"]
        items = entry.get("entries", [])
        if entry["shared"] and "entry" in entry:
            items = [dict(entry["entry"], pe=0)]
            event.affinity = number(entry["entry"]["affinity"])
            event.flags = entry["entry"]["flags"]
            event.mode = event.flags & 1
        for item in items:
            tfa_instance(state, event, item)
    state.slots = [sum(e.slot and e.shared == shared for e in state.events.values())
                   for shared in (False, True)]
    for entry in dump["pes"]:
        vcpu = entry["pe"]
        state.on[vcpu], state.masked[vcpu] = entry["on"], int(entry["masked"])
        for item in entry["stack"]:
            critical = bool(state.event(item["ev"]).critical)
            state.levels.append(Level(vcpu, critical, item["ev"], *frame(item)))
    return state


def tfa_instance(state, event, item):
    slot, bits = item["pe"], item["state"]
    for bit, slots in ((1, event.registered), (2, event.enabled), (4, event.marked)):
        if bits & bit:
            slots.add(slot)
    event.entry[slot], event.argument[slot] = number(item["ep"]), number(item["arg"])
    # TF-A routes a private event to its own PE; that is no routing in the specification's sense.
    if not event.shared and bits & 1:
        if item["flags"] != 1 or number(item["affinity"]) != state.affinity[slot]:
            event.mode, event.affinity = item["flags"], number(item["affinity"])


# --- Rules: a predicate yields the places in which it is broken ----------------------------------------

RULES = []  # identifier, name of the predicate, places


def identifier(number):
    return "SDEI-V%03d" % number if isinstance(number, int) else number


def rule(number, what):
    """A rule about the state as a whole (a predicate that yields places), each event, or each level."""

    def add(predicate):
        if what == "event":
            def places(state):
                return [n for n, e in state.events.items() if predicate(state, e)]
        elif what == "level":
            def places(state):
                return [l.place for l in state.levels if l.runs and predicate(state, l)]
        else:
            def places(state):
                return list(predicate(state))
        RULES.append((identifier(number), predicate.__name__, places))
        return predicate

    return add


@rule(2, "state")  # At least 2 private and 2 shared bind slots are recommended (S 5.1.17, 6.3).
def slots(state):
    if state.slots and min(state.slots) < 2:
        yield "instance"


@rule(5, "state")  # Affinities are unique, bits 63:40 and 31:24 are zero (S 5.1.2).
def affinities(state):
    values = list(state.affinity.values())
    for vcpu, value in state.affinity.items():
        if values.count(value) > 1 or value & ~0xFF00FFFFFF:
            yield vcpu


@rule(6, "event")  # Bit 31 and bits 29:24 of a number are zero, and it has 32 bits (S table 3).
def number_is_reserved(state, event):
    return event.number & ~0x40FFFFFF != 0


@rule(8, "state")  # Every instance has event 0 (S 4.4). In KVM v4 0 is the number of no event.
def event_0_exists(state):
    if 0 not in state.events or not state.events[0].defined:
        yield "instance"


@rule(9, "event")  # Event 0 is private and signalable (S 5.1.16.1), and normal wherever there are two.
def event_0_is_special(state, event):
    return event.number == 0 and event.defined and (
        event.shared or not event.signalable or event.critical)


@rule(10, "event")  # Only event 0 is signalable, and no shared event is (S 5.1.16.2).
def signalable(state, event):
    # KVM v4's own events, default and Async PF: the kernel says so, and nobody can change it.
    if state.family.startswith("kvm-v4") and event.number in (0x40400000, 0x40400001):
        return bool(event.signalable and event.shared)
    return bool(event.signalable) and (event.number != 0 or event.shared)


@rule(11, "event")  # A type is 0 or 1, and so is a priority (S 5.1.10.2).
def definition(state, event):
    return event.defined and (event.type not in (0, 1) or event.priority not in (0, 1))


@rule(12, "event")  # A bound event is normal (S 4.3.2.1) and in the vendor space (S 4.4).
def bound_event(state, event):
    return event.bound and (event.critical or not 0x40000000 <= event.number <= 0x40FFFFFF)


@rule(13, "event")  # Platform events from 1 to 0x00ffffff are reserved (S table 4).
def platform_event(state, event):
    return event.defined and not event.slot and 1 <= event.number <= 0x00FFFFFF


@rule(14, "event")  # Event 0 is never bound and its number is not one of those kept for binding.
def event_0_is_bound(state, event):
    return event.number == 0 and event.slot


@rule(15, "event")  # One interrupt is bound to one event (S 5.1.14.1).
def bound_twice(state, event):
    return event.bound and any(
        other.bound and other is not event and other.interrupt == event.interrupt
        for other in state.events.values())


@rule(16, "event")  # PPIs (16 to 31) are bound to private events, SPIs (32 to 1019) to shared (S 6.3).
def bound_interrupt(state, event):
    return event.bound and not (
        32 <= event.interrupt <= 1019 if event.shared else 16 <= event.interrupt <= 31)


@rule(17, "state")  # No more bound events than slots (S 5.1.14.3).
def too_many_bound(state):
    for shared in (False, True):
        bound = sum(e.bound and e.shared == shared for e in state.events.values())
        if state.slots and bound > state.slots[shared]:
            yield "instance"


@rule(18, "event")  # A number that is not bound has no handler (S 5.1.15).
def unbound_has_state(state, event):
    return event.slot and not event.bound and bool(
        event.registered | event.enabled | event.marked)


@rule(18, "event")  # Calls with a number that nothing defines are refused (S 5.1.2.4): no handler.
def unknown_has_state(state, event):
    return not event.defined and event.number != 0 and bool(
        event.registered | event.enabled | event.unregistering | state.running_slots(event))


@rule(19, "event")  # What is bound is defined.
def bound_is_defined(state, event):
    return event.bound and not event.defined


@rule(20, "event")  # Enabled means registered: STATUS 2 and 6 never occur (S table 13).
def enabled_unregistered(state, event):
    return bool(event.enabled - event.registered)


@rule(22, "event")  # An unregistration waits for a handler that runs (S table 13).
def unregistering_idle(state, event):
    return bool(event.unregistering - state.running_slots(event))


@rule(23, "event")  # Nothing is left of a handler that is gone (S 5.1.18, 5.1.19 demand it of resets).
def left_over(state, event):
    # What is enabled is not handler-unregistered, (0,0,0), either: that is V020.
    alive = event.registered | event.enabled | state.running_slots(event)
    left = any(value for fields in (event.entry, event.argument) for slot, value in fields.items()
               if slot not in alive)
    return left or not alive and (event.mode != 0 or event.affinity != 0)


@rule(24, "event")  # An entry point of 0: nobody's handler.
def entry_is_zero(state, event):
    return any(event.entry.get(slot, 0) == 0 for slot in event.registered)


def is_canonical(address):
    """Bits 63:55 are all equal, whatever the size of addresses is (DDI 0487 D8)."""
    return address >> 55 in (0, 0x1FF)


@rule(25, "event")  # An entry point is 4-byte aligned and an address (S 5.1.2.2).
def entry_is_odd(state, event):
    entries = [event.entry.get(slot, 0) for slot in event.registered]
    return any(entry & 3 or not is_canonical(entry) for entry in entries)


@rule(27, "event")  # Bits 63:2 of the registration's flags are zero (S 5.1.2).
def flags(state, event):
    return event.flags & ~3 != 0


def slots_of_event(event):
    held = event.registered | event.enabled | event.unregistering
    for fields in (event.entry, event.argument):
        held |= {slot for slot, value in fields.items() if value}
    return held


@rule(28, "event")  # A private event has no instance on a PE that does not exist.
def beyond_vcpus(state, event):
    return not event.shared and any(slot >= state.count for slot in slots_of_event(event))


@rule(28, "state")  # Nothing is told of a PE that does not exist.
def foreign_vcpus(state):
    for told in (state.masked, state.on, state.affinity):
        yield from (vcpu for vcpu in told if vcpu >= state.count)


@rule(29, "event")  # A shared event has one instance (S 6.1.1).
def shared_per_vcpu(state, event):
    return bool(event.shared) and bool(slots_of_event(event) - {0})


@rule(30, "event")  # A routing mode is RM_ANY (0) or RM_PE (1) (S 5.1.2).
def routing_mode(state, event):
    return bool(event.shared) and bool(event.registered) and event.mode not in (0, 1)


@rule(31, "event")  # RM_PE names a PE; bits 63:40 and 31:24 are zero (S 5.1.2.3).
def routing_affinity(state, event):
    if not (event.shared and event.registered and event.mode == 1):
        return False
    unknown = bool(state.affinity) and event.affinity not in state.affinity.values()
    return event.affinity & ~0xFF00FFFFFF != 0 or unknown


@rule(32, "event")  # RM_ANY has no affinity (S 5.1.2.2).
def any_has_affinity(state, event):
    return bool(event.shared) and event.mode == 0 and event.affinity != 0


@rule(32, "event")  # A private event has neither a mode nor an affinity (S 5.1.2.2).
def private_has_routing(state, event):
    return event.shared is False and (event.mode != 0 or event.affinity != 0)


@rule(33, "event")  # The client moves events away before their PE is turned off (S 6.5.2.1.1).
def target_is_off(state, event):
    return bool(event.shared) and bool(event.registered) and event.mode == 1 and any(
        event.affinity == affinity and not state.on[vcpu]
        for vcpu, affinity in state.affinity.items())


@rule(34, "event")  # The handler of a shared event runs on one PE (S 6.2.1).
def shared_runs_twice(state, event):
    return bool(event.shared) and len(
        {level.vcpu for level in state.running().get(event.number, [])}) > 1


@rule(35, "state")  # One normal and one critical handler at most (S 4.3.2.2).
def same_level_twice(state):
    places = [level.place for level in state.levels if level.runs]
    return {place for place in places if places.count(place) > 1}


@rule(36, "level")  # What runs exists, has the level's priority and is marked as running on this PE.
def running_number(state, level):
    event = state.events.get(level.event)
    if event is None:
        return True
    if event.critical is not None and event.critical != level.critical:
        return True
    return state.family == "tf-a" and not event.marked & event.slots_of(level.vcpu)


@rule(37, "event")  # What is marked as running is named by the PE that runs it.
def marked_only(state, event):
    named = set()
    for level in state.running().get(event.number, []):
        named |= event.slots_of(level.vcpu)
    return bool(event.marked - named)


@rule(38, "state")  # One event does not run at both levels.
def at_both_levels(state):
    for vcpu in range(state.count):
        numbers = [(l.event, l.critical) for l in state.levels if l.vcpu == vcpu and l.runs]
        if any((event, not critical) in numbers for event, critical in numbers):
            yield (vcpu, "critical")


@rule(39, "state")  # A normal handler never runs on top of a critical one (S 4.3.2).
def normal_on_critical(state):
    for vcpu in range(state.count):
        order = [level.critical for level in state.levels if level.vcpu == vcpu and level.runs]
        if state.family == "tf-a" and order != sorted(order):
            yield (vcpu, "normal")


@rule(40, "state")  # "Nothing runs" is no number that an event can have (S appendix E).
def none_is_a_number(state):
    # 0 is KVM v4's way to say it, and 0xffffffff v5's. Each is read as what it says.
    for level in state.levels:
        own = {"kvm-v5": 0xFFFFFFFF}.get(state.family, 0)
        if level.stored is not None and not level.runs and level.stored != own:
            if level.stored & ~0x40FFFFFF == 0:
                yield level.place


@rule(42, "state")  # No saved context of a level that does not run (S 5.1.5.3).
def context_of_idle_level(state):
    return [level.place for level in state.levels if not level.runs and not level.isZero]


@rule(42, "level")  # A level that runs has a saved context (S 5.1.5.3): not all of it is zero.
def context_is_missing(state, level):
    return level.isZero


@rule(44, "level")  # A handler ends when its PE is turned off (S 6.5.4).
def running_on_off(state, level):
    return not state.on[level.vcpu]


@rule(46, "state")  # A mask is a boolean (S 5.1.12).
def mask(state):
    return [vcpu for vcpu in range(state.count) if state.masked[vcpu] not in (0, 1)]


@rule(46, "state")  # A PE that is off comes up masked (S 6.5.1).
def off_and_unmasked(state):
    return [v for v in range(state.count) if not state.on[v] and not state.masked[v]]


@rule(47, "event")  # What is pending is defined.
def pending_undefined(state, event):
    # Of KVM v4's events only the VMM knows what they are.
    return not event.defined and state.family != "kvm-v4" and any(event.pending.values())


@rule(48, "event")  # Event 0 is edge-triggered: signals collapse into one (S 5.1.16.1).
def pending_count(state, event):
    return event.number == 0 and any(count > 1 for count in event.pending.values())


def is_registered(event, vcpu):
    """Whether a handler is registered and stays so; None where the type decides and is unknown."""
    answers = {slot in event.registered for slot in event.slots_of(vcpu)}
    return answers.pop() if len(answers) == 1 else None


@rule(49, "event")  # Triggers of an event that nobody handles may be dropped (S 5.1.2.1, 5.1.8.1).
def pending_unregistered(state, event):
    leaving = event.unregistering & state.running_slots(event)
    return any(count and (is_registered(event, vcpu) is False or event.slots_of(vcpu) & leaving)
               for vcpu, count in event.pending.items())


def could_deliver(state, event, vcpu):
    """S 6.2 and appendix C, but for the trigger: would the PE take it now?"""
    slot = 0 if event.shared else vcpu
    levels = [level for level in state.levels if level.vcpu == vcpu and level.runs]
    blocked = any(level.critical for level in levels) if event.critical else bool(levels)
    elsewhere = event.shared and bool(state.running_slots(event))
    leaving = slot in event.unregistering and slot in state.running_slots(event)
    return (slot in event.enabled & event.registered and not state.masked[vcpu] and not blocked
            and not elsewhere and not leaving)


@rule(50, "event")  # Idle only: nothing waits that could be delivered where it waits (S 6.2).
def deliverable(state, event):
    return event.shared is not None and any(
        count and could_deliver(state, event, vcpu) for vcpu, count in event.pending.items())


@rule(51, "event")  # RM_PE: the handler runs where it is routed to; not asked once it is unregistered.
def runs_elsewhere(state, event):
    if not (event.shared and event.registered and event.mode == 1 and state.affinity):
        return False
    return any(state.affinity[level.vcpu] != event.affinity
               for level in state.running().get(event.number, []))


@rule(52, "event")  # Idle only: a shared event waits, and any PE could take it (S appendix C).
def deliverable_anywhere(state, event):
    return bool(event.shared) and event.mode == 0 and any(event.pending.values()) and any(
        could_deliver(state, event, vcpu) for vcpu in range(state.count))


def mode_bits(level):
    return level.pstate & 0x1F


def names_higher(state, bits):
    """The mode is one of an exception level above the client's."""
    names = {0b01100: 3, 0b01101: 3, 0b01000: 2, 0b01001: 2, 0b10110: 3, 0b11010: 2}
    return names.get(bits, 0) > state.client


@rule(53, "level")  # What was interrupted is not above the client.
def mode_above(state, level):
    return names_higher(state, mode_bits(level))


@rule(54, "level")  # The mode is one of those that the client's level and below have.
def mode_is_illegal(state, level):
    allowed = {0b00000, 0b00100, 0b00101, 0b10000}
    if state.client == 2:
        allowed |= {0b01000, 0b01001, 0b10001, 0b10010, 0b10011, 0b10111, 0b11011, 0b11111}
    bits = mode_bits(level)
    return bits not in allowed and not names_higher(state, bits)


@rule(56, "level")  # The interrupted PC is aligned to its instruction set, and an address.
def pc_is_odd(state, level):
    # Bits 63:55 of an address are equal, however large virtual addresses are.
    if level.pc >> 55 not in (0, 0x1FF):
        return True
    if not level.pstate & 0x10:
        return bool(level.pc & 3)
    # A mode that no client runs in tells no instruction set: that is V053 or V054.
    if mode_above(state, level) or mode_is_illegal(state, level):
        return False
    return bool(level.pc & (1 if level.pstate & 0x20 else 3)) or level.pc >> 32 != 0


@rule(57, "level")  # Bits that no SPSR has are zero: 63:37, 27:26, 19:14 and 5 in AArch64 (DDI 0487).
def pstate_is_reserved(state, level):
    if level.pstate & 0x10:
        return level.pstate & ~0x2FFFFFFFF != 0
    return level.pstate & (~0x1FFFFFFFFF | 0x0C0FC020) != 0


@rule(58, "level")  # A critical handler interrupts a normal one: at EL_C with SPx, DAIF set (S 5.2.1).
def nested(state, level):
    both = any(l.vcpu == level.vcpu and l.runs and not l.critical for l in state.levels)
    if not (level.critical and both):
        return False
    bits = mode_bits(level)
    return bits not in (state.client << 2 | 1, 0) or level.pstate & 0x3C0 != 0x3C0


# --- Defects of implementations ------------------------------------------------------------------------


def defect(what):
    """A predicate of a known defect, which is looked for in its families only."""

    def add(predicate):
        name, families = DEFECTS[predicate.__name__]

        def applies(state, *subject):
            return predicate(state, *subject) if state.family in families else []

        applies.__name__ = predicate.__name__
        rule(name, what)(applies)
        return predicate

    return add


@defect("event")  # kvm-v5/faults/01_*: REGISTER stores the affinity's low byte as mode.
def route_mode_is_affinity(state, event):
    return event.mode > 1 and event.mode == event.affinity & 0xFF


@defect("event")  # The same with a low byte of 0: the guest may have asked for RM_PE.
def route_mode_may_be_affinity(state, event):
    return event.shared is not False and bool(event.registered) and event.mode == 0 and (
        event.affinity != 0 and event.affinity & 0xFF == 0)


@defect("event")  # kvm-v5/faults/03_*: the bit is never cleared, and bars a REGISTER while others hold it.
def unregister_pending_is_stale(state, event):
    stale = event.unregistering - event.registered - state.running_slots(event)
    return bool(event.registered) and bool(stale)


@defect("event")  # kvm-v5/faults/25_*: nothing forbids it; 04_*: an UNREGISTER then frees it twice.
def shared_was_delivered_twice(state, event):
    return shared_runs_twice(state, event)


@defect("event")  # kvm-v5/faults/16_*: n injections are n deliveries.
def occurrences_are_counted(state, event):
    return any(2 <= count < 1 << 31 for count in event.pending.values())


@defect("event")  # kvm-v5/faults/17_*: a restore asks for no delivery while a handler runs. Idle only.
def preemption_is_lost(state, event):
    return bool(event.critical) and any(
        count and could_deliver(state, event, vcpu) and any(
            level.runs and level.vcpu == vcpu for level in state.levels)
        for vcpu, count in event.pending.items())


@defect("event")  # kvm-v5/faults/18_*: a count of 0 becomes 0xffffffff at the first COMPLETE.
def count_fell_below_zero(state, event):
    return any(count >= 1 << 31 for count in event.pending.values())


@defect("event")  # kvm-v5/faults/22_*: bits 31:24 are not looked at.
def number_is_no_number(state, event):
    return number_is_reserved(state, event) and is_virtual(event.number)


@defect("event")  # kvm-v5/faults/23_*: private events accept RM_PE, and keep it.
def private_event_is_routed(state, event):
    return private_has_routing(state, event) and not route_mode_is_affinity(state, event)


@defect("event")  # kvm-v7/faults/04_*: UNREGISTER and PRIVATE_RESET leave the bit.
def pending_while_unregistered(state, event):
    waiting = {vcpu for vcpu, count in event.pending.items() if count}
    return event.number in (0, 1) and bool(waiting - event.registered)


@defect("event")  # kvm-v7/faults/03_*: COMPLETE asks for no delivery of what came meanwhile. Idle only.
def request_was_not_made(state, event):
    return deliverable(state, event)


@defect("event")  # Recorded with TF-A: CPU_ON clears a private event's entry and not the count.
def registration_count_leaks(state, event):
    return not event.shared and event.registrations > len(event.registered)


@defect("event")  # Recorded with TF-A: RELEASE looks at the state of the caller's PE only.
def released_while_running(state, event):
    return event.slot and not event.bound and bool(event.marked)


@defect("state")  # Recorded with TF-A: neither the start nor CPU_OFF masks.
def off_was_not_masked(state):
    return off_and_unmasked(state)


@defect("level")  # Recorded with TF-A: CPU_OFF does nothing.
def runs_while_off(state, level):
    return running_on_off(state, level)


@defect("event")  # Recorded with TF-A: flags 0 leave an affinity stored.
def affinity_was_kept(state, event):
    return bool(event.shared) and bool(event.registered) and event.mode == 0 and event.affinity != 0


@defect("event")  # kvm-v5/faults/24_*: an address of the host's kernel is in the state.
def notifier_is_a_pointer(state, event):
    return event.notifier != 0


# --- The table -----------------------------------------------------------------------------------------


def steps(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            step = json.loads(line)
            if "op" not in step:
                continue  # the first line tells how the recording was made
            # TF-A's recordings have an operation's fields beside its name.
            yield (step["op"] if isinstance(step["op"], dict) else step), step.get("res", {})


def told(op, result):
    """The definitions that a step has given to KVM v4, which can not be read back."""
    if op["op"] == "expose":
        return [e for e, ret in zip(op["events"], result.get("ret") or []) if ret == 0]
    if op["op"] == "ioctl" and number(op["cmd"]) == 1 and result.get("ret") == 0:
        return [op["state"]] if "state" in op else []
    return []


def states(directory, family):
    """The states of all dumps in a family's recordings."""
    names = sorted(name for name in os.listdir(directory) if name.endswith(".jsonl.gz"))
    for name in names:
        exposed, platform = [], None
        for op, result in steps(os.path.join(directory, name)):
            if op["op"] == "create":
                exposed = []
            elif op["op"] == "platform":
                platform = op
            elif op["op"] != "dump":
                exposed += told(op, result) if family == "kvm-v4" else []
            elif family == "kvm-v4":
                yield read_v4(result, [], "kvm-v4")
                yield read_v4(result, exposed, "kvm-v4+events")
            elif family == "kvm-v5":
                yield read_v5(result)
            elif family == "kvm-v7":
                yield read_v7(result)
            else:
                yield read_tfa(result, platform)


def without(family):
    unknown = [identifier(number) for families, numbers, _ in UNKNOWN if family in families
               for number in numbers]
    usual = [name for families, name, _ in USUAL if family in families]
    return set(unknown + usual)


def tally(directory):
    """Rows `family rule`: dumps, places."""
    dumps, rows = {}, {}
    for family in ("kvm-v4", "kvm-v5", "kvm-v7", "tf-a"):
        for state in states(os.path.join(directory, family), family):
            dumps[state.family] = dumps.get(state.family, 0) + 1
            skipped = without(state.family)
            broken = {}
            for name, predicate, places in RULES:
                if name not in skipped and predicate not in skipped:
                    broken.setdefault(name, set()).update(places(state))
            for name, places in broken.items():
                if not places:
                    continue
                row = rows.setdefault((state.family, name), [0, 0])
                row[0] += 1
                row[1] += len(places)
    if set(dumps) != set(ALL):
        raise SystemExit("no dump of " + ", ".join(sorted(set(ALL) - set(dumps))))
    return dumps, rows


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__.splitlines()[0])
    dumps, rows = tally(sys.argv[1])
    print("# Rules broken in the dumps of the recordings: how many dumps, how many places.")
    print("# Not told by a family's dumps:")
    for families, numbers, why in UNKNOWN:
        names = "every family" if families == ALL else " ".join(families)
        print("# -", names + ":", " ".join(map(identifier, numbers)) + ":", why)
    print("# Usual in a family, and not counted:")
    for families, predicate, why in USUAL:
        name = next(name for name, other, _ in RULES if other == predicate)
        print("# -", " ".join(families) + ":", name, "(" + predicate + "):", why)
    for family in ALL:
        print(family, "dumps", dumps[family])
    for (family, name), (count, places) in sorted(rows.items()):
        print(family, name, count, places)


main()
