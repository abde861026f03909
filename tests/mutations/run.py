#!/usr/bin/env python3
"""Whether `troupe sim` finds small mistakes that are made on purpose.

Each patch in this folder makes one in a copy of the tree, which is built and simulated until a seed
fails; the tree as it is must come out clean first. docs/MUTATIONS.md has the table.

    tests/mutations/run.py                       # all of them
    tests/mutations/run.py --only NAME ...       # some
    tests/mutations/run.py --table               # writes what was seen to docs/MUTATIONS.md

Exits with 1 if a mistake is not found, a patch does not apply any more, or does not compile.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PAGE = ROOT / "docs" / "MUTATIONS.md"
UNCHANGED = "(none)"
HEAD = ("| mutation | what is wrong | seed | invariant | seeds | seconds |\n"
        "|---|---|---:|---|---:|---:|\n")


class Trouble(Exception):
    pass


def run(command, **how):
    return subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, **how)


class Copy:
    """The tree's files in another place, with a build of their own that is kept."""

    def __init__(self, place):
        self.source = place / "source"
        self.build = self.source / "build"
        # Paths are git's own here, also if the place lies in somebody's repository.
        self.env = dict(os.environ, GIT_CEILING_DIRECTORIES=str(place.resolve()),
                        CCACHE_BASEDIR=str(self.source), CCACHE_NOHASHDIR="1",
                        CCACHE_SLOPPINESS="pch_defines,time_macros")

    def take(self):
        """Only what differs is written, or all would be compiled again."""
        listed = run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT).stdout.split("\n")
        files = {name for name in listed if name and (ROOT / name).is_file()}
        for name in files:
            self.restore(name)
        for old in self.source.rglob("*"):
            name = old.relative_to(self.source)
            if old.is_file() and name.parts[0] != "build" and str(name) not in files:
                old.unlink()

    def restore(self, name):
        there, content = self.source / name, (ROOT / name).read_bytes()
        if there.exists() and there.read_bytes() == content:
            return
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(content)

    def apply(self, patch):
        done = run(["git", "apply", str(patch)], cwd=self.source, env=self.env)
        if done.returncode != 0:
            raise Trouble("does not apply: " + done.stdout.strip())

    def make(self):
        if not (self.build / "build.ninja").exists():
            done = run(["meson", "setup", str(self.build), "-Dcpp_link_args=-fuse-ld=gold",
                        "--buildtype=debug", "-Doptimization=0"], cwd=self.source, env=self.env)
            if done.returncode != 0:
                raise Trouble("meson: " + done.stdout[-2000:])
        done = run(["ninja", "-j2", "-C", str(self.build), "tools/troupe"], env=self.env)
        if done.returncode != 0:
            bad = [x for x in done.stdout.split("\n") if "error" in x] or [done.stdout[-2000:]]
            raise Trouble("does not compile: " + "\n  ".join(bad[:5]))

    def simulate(self, seeds, limit):
        """The first seed that fails with its first violation, or nothing; how many; how long."""
        began = time.monotonic()
        done = subprocess.run([str(self.build / "tools" / "troupe"), "sim", "--seeds", seeds,
                               "--times", "1", "--jobs", "2", "--failures", "1", "--no-shrink",
                               "--json", "--limit", str(limit)],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                              timeout=limit + 600)
        first, tried = None, None
        for line in done.stdout.split("\n"):
            said = json.loads(line) if line.startswith("{") else {}
            if said.get("violations") and first is None:
                first = said["seed"], said["violations"][0]
            tried = said.get("seeds", tried)
        if tried is None:
            raise Trouble(f"the simulator ended with {done.returncode}: {done.stderr[-1000:]}")
        return first, tried, time.monotonic() - began


def words_of(patch):
    """The comment before the diff."""
    lines = [x[1:].strip() for x in patch.read_text().split("\ndiff ")[0].split("\n")
             if x.startswith("#")]
    return " ".join(lines)


def files_of(patch):
    return re.findall(r"^\+\+\+ b/(\S+)", patch.read_text(), re.M)


def read_table():
    rows = {}
    if PAGE.exists():
        for line in PAGE.read_text().split("\n"):
            if found := re.match(r"\| `([^`]+)` \|", line):
                rows[found.group(1)] = line
    return rows


def write_table(rows):
    """Rows of what was not run now stay; those of patches that are gone go."""
    there = {x.stem for x in HERE.glob("*.patch")} | {UNCHANGED}
    table = HEAD + "".join(rows[x] + "\n" for x in sorted(rows) if x in there)
    before = PAGE.read_text().split(HEAD)[0] if PAGE.exists() else "# Mutations\n\n"
    PAGE.write_text(before + table)


def row(name, words, first, tried, took):
    seed, violation = first if first else ("", "")
    return (f"| `{name}` | {words} | {seed} | {violation.split(':')[0]} | {tried} | {took:.0f} |")


def main():
    options = argparse.ArgumentParser(description=__doc__,
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", action="append", default=[], metavar="NAME")
    options.add_argument("--seeds", default="1-1000", metavar="A-B")
    options.add_argument("--limit", type=int, default=300, help="seconds for one mutation")
    options.add_argument("--table", action="store_true", help="write docs/MUTATIONS.md")
    options.add_argument("--build-dir", type=Path, metavar="DIR",
                         default=Path(tempfile.gettempdir()) / f"troupe-mutations-{os.getuid()}",
                         help="where the copy lies; kept for the next time")
    options.add_argument("--no-clean-run", action="store_true",
                         help="leave out the tree as it is, which was simulated before")
    how = options.parse_args()
    patches = sorted(HERE.glob("*.patch"))
    if unknown := set(how.only) - {x.stem for x in patches}:
        options.error("no such mutation: " + ", ".join(sorted(unknown)))
    if how.only:
        patches = [x for x in patches if x.stem in how.only]
    began, rows, bad = time.monotonic(), read_table(), []
    copy = Copy(how.build_dir)
    copy.take()

    def note(name, words, first, tried, took):
        rows[name] = row(name, words, first, tried, took)
        if how.table:
            write_table(rows)

    copy.make()
    if not how.no_clean_run:
        first, tried, took = copy.simulate(how.seeds, how.limit)
        if first:
            print(f"FAILED  the tree as it is: seed {first[0]}: {first[1]}")
            return 1
        print(f"ok      the tree as it is: {tried} seeds, {took:.0f} s", flush=True)
        note(UNCHANGED, "the tree as it is", None, tried, took)
    for number, patch in enumerate(patches, 1):
        name, built = patch.stem, time.monotonic()
        try:
            copy.apply(patch)
            copy.make()
            built = time.monotonic() - built
            first, tried, took = copy.simulate(how.seeds, how.limit)
        except Trouble as trouble:
            bad.append(name)
            print(f"FAILED  {name}: {trouble}", flush=True)
            continue
        finally:
            for touched in files_of(patch):
                copy.restore(touched)
        if first:
            print(f"ok      {number}/{len(patches)} {name}: seed {first[0]} of {tried}, {took:.0f} s "
                  f"(built in {built:.0f} s): {first[1]}", flush=True)
            note(name, words_of(patch), first, tried, took)
        else:
            bad.append(name)
            print(f"FAILED  {number}/{len(patches)} {name}: not found by {tried} seeds in "
                  f"{took:.0f} s", flush=True)
    print(f"\n{len(patches) - len(bad)} found, {len(bad)} failed; "
          f"{time.monotonic() - began:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(f"the tree as it is: {trouble}")
