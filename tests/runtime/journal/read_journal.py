"""Reads a journal as docs/JOURNAL.md describes it, and prints a line of JSON for every record.

Written from that document alone, so that it is known to tell everything. Needs the program zstd.
Usage: read_journal.py SEGMENT|FOLDER...
"""
import json
import os
import re
import struct
import subprocess
import sys

MAGIC = b"troupe journal 1\n"
FRAME = struct.Struct("<4sIQQQQqqQQ")
KINDS = {2: "event", 3: "participant", 4: "checksum"}
A, B, ONES = 0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f, 2 ** 64 - 1


class Damaged(Exception):
    pass


def fold(x, y):
    product = x * y
    return (product & ONES) ^ (product >> 64)


def fingerprint(data):
    total = fold(len(data) ^ A, B)
    whole = len(data) // 16 * 16
    for v, w in struct.iter_unpack("<QQ", data[:whole]):
        total = fold(v ^ total ^ A, w ^ B)
    rest = data[whole:]
    if rest:
        v, w = int.from_bytes(rest[:8], "little"), int.from_bytes(rest[8:], "little")
        total = fold(v ^ total ^ A, w ^ B)
    return fold(total ^ A, B)


def tag(name):
    hashed = 0xcbf29ce484222325
    for byte in name.encode():
        hashed = (hashed ^ byte) * 0x100000001b3 & ONES
    return hashed & 0xffff ^ hashed >> 16 & 0xffff ^ hashed >> 32 & 0xffff ^ hashed >> 48


class Reader:
    """Takes one part after the other off some bytes."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def left(self):
        return len(self.data) - self.at

    def take(self, count):
        if count > self.left():
            raise Damaged("cut off")
        self.at += count
        return self.data[self.at - count:self.at]

    def fixed(self, count):
        return int.from_bytes(self.take(count), "little")

    def varint(self):
        number = 0
        for shift in range(0, 64, 7):
            byte = self.fixed(1)
            number |= (byte & 0x7f) << shift
            if byte < 0x80:
                return number & ONES
        raise Damaged("a number without an end")

    def zigzag(self):
        number = self.varint()
        return number >> 1 ^ -(number & 1)

    def sized(self):
        return self.take(self.varint())

    def text(self):
        return self.sized().decode("utf-8", "replace")

    def recorded(self):
        size = self.varint()
        if size & 1:
            return {"size": size >> 1, "hex": self.take(size >> 1).hex()}
        return {"size": size >> 1, "mark": "%016x" % self.fixed(8)}


def fields_of(data):
    """A described value: its fields by tag."""
    reader, found = Reader(data), {}
    while reader.left():
        key = reader.fixed(2)
        found[key] = reader.sized()
    return found


def event(body):
    out = {"answers": [], "effects": []}
    while body.left():
        part = body.fixed(1)
        if part == 1:
            out["message"] = body.recorded()
        elif part == 2:
            out["prng"] = "%016x" % body.fixed(8)
        elif part == 3:
            out["failed"] = body.text()
        elif part == 4:
            out["on_commit"] = body.varint()
        elif part == 5:
            out["answers"].append({"question": body.text(), "hex": body.sized().hex()})
        elif part == 6:
            out["effects"].append({"verb": body.text(), "target": body.text(),
                                   "content": body.recorded()})
        elif part == 7:
            out["dropped"] = True
        else:
            raise Damaged("part %d of an event" % part)
    return out


def participant(body):
    return {"service": body.text(), "config": body.sized().hex(), "state": body.sized().hex(),
            "incarnation": body.varint()}


def checksum(body):
    return {"mark": "%016x" % body.fixed(8), "size": body.varint()}


def records(payload, order, at):
    """Those of a frame."""
    bodies = {2: event, 3: participant, 4: checksum}
    reader, names = Reader(payload), [""]
    while reader.left():
        kind, rest = reader.fixed(1), Reader(reader.sized())
        if kind == 1:
            names.append(rest.data.decode("utf-8", "replace"))
            continue
        at += rest.zigzag()
        numbers = [rest.varint() for _ in range(3)]
        if max(numbers) >= len(names):
            raise Damaged("a name that was not given")
        out = {"order": order, "at": at, "kind": KINDS.get(kind, kind)}
        out.update(zip(("cell", "doing", "sender"), (names[number] for number in numbers)))
        behind = rest.varint()
        if behind:
            out["cause"] = [order - behind, rest.varint()]
        out.update(bodies.get(kind, lambda _: {})(rest))
        if kind in bodies and rest.left():
            raise Damaged("more than a record holds")
        yield out
        order += 1


def header_of(reader):
    if reader.take(len(MAGIC)) != MAGIC:
        raise Damaged("not a journal that this program knows")
    size, mark = reader.fixed(4), reader.fixed(8)
    described = reader.take(size)
    if fingerprint(described) != mark:
        raise Damaged("its beginning is damaged")
    found = fields_of(described)
    out = {name: found[tag(name)].decode() for name in ("version", "master")}
    for name in ("process", "run_began", "number", "seed"):
        out[name] = Reader(found[tag(name)]).zigzag()
    return out


def frames_of(reader):
    """Headers and payloads as they are stored, up to what is damaged."""
    while reader.left():
        header = reader.take(FRAME.size)
        magic, stored, raw, count, first, last, first_at, last_at, mark, own = FRAME.unpack(header)
        if magic != b"TRJ1" or fingerprint(header[:64]) != own:
            raise Damaged("a frame's header is damaged; the rest cannot be read")
        payload = reader.take(stored)
        if fingerprint(payload) == mark:
            yield (raw, count, first, last, first_at, last_at), payload
        else:
            print("the frame from %d to %d is damaged" % (first, last), file=sys.stderr)


def read_segment(path):
    """The header first, then every record."""
    with open(path, "rb") as file:
        reader = Reader(file.read())
    yield {"kind": "segment", **header_of(reader)}
    damage, frames = None, []
    try:
        for frame in frames_of(reader):
            frames.append(frame)
    except Damaged as problem:
        damage = problem
    # All payloads at once: zstd frames may be strung together. A segment may have none.
    payloads = b"".join(one for _, one in frames)
    unpacked = Reader(subprocess.run(["zstd", "-dcq"], input=payloads, stdout=subprocess.PIPE,
                                     check=True).stdout if payloads else b"")
    for (raw, count, first, last, first_at, last_at), _ in frames:
        found = list(records(unpacked.take(raw), first, first_at))
        if len(found) != count or found[-1]["order"] != last or found[-1]["at"] != last_at:
            raise Damaged("a frame does not hold what it says")
        yield from found
    if damage:
        print("%s: %s" % (path, damage), file=sys.stderr)


def main(places):
    for place in places:
        paths = [place]
        if os.path.isdir(place):
            paths = sorted(os.path.join(place, name) for name in os.listdir(place)
                           if re.fullmatch(r"\d{8,}\.journal", name))
        for path in paths:
            for record in read_segment(path):
                print(json.dumps(record))


if __name__ == "__main__":
    main(sys.argv[1:])
