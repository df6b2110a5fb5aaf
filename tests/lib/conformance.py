"""What src/ShimService.Engine/CONFORMANCE.md and BEHAVIOURS.md claim, and the results of a run.

  conformance.py table KIND full|partial FILE.trx… FILE.lines…   the results of each test by kind of control groups
  conformance.py verify TABLE DOCUMENT…                          whether the run bears out what the documents claim

KIND is that of this host: v1, hybrid or v2. The table has a line `part NAME KIND full|partial` for this host and for each
boot of the virtual machine, a line `boots HASH` for what the boots are to run, and a line `passed|failed|skipped KIND PART Class.Method` for each test, between tabs.
A claim is contradicted by a test that did not run although every part that the claim was made from did, by the same lists
of tests, and by one that failed. A test that was left out for a reason that tests/expected-skips.txt knows is only told: this host is another.
"""

import hashlib
import pathlib
import re
import sys

from results import MACHINE, results_of_lines, results_of_trx

KINDS = ("v1", "hybrid", "v2")
TEST = re.compile(r"(\w+\.\w+_\w+)(?: \(((?:v1|hybrid|v2)(?: (?:v1|hybrid|v2))*|not shown)\))?")


def kind_of(boot):
    return next((kind for kind in KINDS if boot.startswith(kind)), "v2")


def hash_of_boots():
    boots = sorted((pathlib.Path(__file__).parent.parent / "vm" / "boots").iterdir())
    return hashlib.sha256(b"".join(boot.read_bytes() for boot in boots)).hexdigest()[:12]


def boots_of(path):
    with open(path, encoding="utf-8", errors="replace") as lines:
        fields = [line.rstrip("\n").split("\t") for line in lines]
    ended = {rest[0] for word, *rest in fields if word == "off" and rest}
    return {rest[0]: "full" if rest[0] in ended else "partial" for word, *rest in fields if word == "boot" and rest}


def table(kind, whole, paths):
    parts = {"host": (kind, whole)}
    outcomes = {}
    for path in paths:
        if path.endswith(".lines"):
            parts.update({boot: (kind_of(boot), state) for boot, state in boots_of(path).items()})
        for full, outcome, _ in results_of_lines(path) if path.endswith(".lines") else results_of_trx(path):
            part, name = "host", full
            if full.startswith(MACHINE):
                part, _, name = full[len(MACHINE):].partition(":")
            name = ".".join(name.split("(")[0].split(".")[-2:])
            if part in parts:
                outcomes.setdefault((part, name), set()).add(outcome)
    print("boots", hash_of_boots(), sep="\t")
    for part, (kind, state) in sorted(parts.items()):
        print("part", part, kind, state, sep="\t")
    for (part, name), found in sorted(outcomes.items()):
        outcome = next(word for word in ("failed", "passed", "skipped") if word in found)
        print(outcome, parts[part][0], part, name, sep="\t")


def read_table(path):
    states, outcomes = {}, {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            word, *rest = line.rstrip("\n").split("\t")
            if word == "boots":
                states["boots"] = (rest[0], "full")
            elif word == "part":
                states[rest[0]] = (rest[1], rest[2])
            else:
                outcomes.setdefault((rest[0], rest[2]), set()).add(word)
    return states, outcomes


def claims_of(path):
    """The parts a document was made from, and (row, kind, test) for what it says passes."""
    parts, claims, head = [], [], []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("Parts: "):
                parts = [tuple(word.split(" ")) for word in re.findall(r"`(\w[\w-]* \w+)`", line)]
            cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
            if line.startswith("| ") and "tests" in cells:
                head = cells
            elif line.startswith("| ") and len(cells) == len(head):
                row = dict(zip(head, cells))
                shown = {kind for kind in KINDS if row.get(kind) == "pass"} | set(row.get("shown on", "").split())
                for test, only in TEST.findall(row["tests"]):
                    of = only.split() if only else sorted(shown)
                    claims += [(cells[0], kind, test) for kind in of if kind in KINDS]
    return parts, claims


def verify(path, documents):
    states, outcomes = read_table(path)
    wrong = checked = 0
    for document in documents:
        parts, claims = claims_of(document)
        same = [part for part, of in parts if states.get(part) == (of, "full")]
        whole = {kind for kind in KINDS if "boots" in same and all(part in same for part, of in parts if of == kind)}
        for row, kind, test in claims:
            found = outcomes.get((kind, test), set())
            checked += 1
            if "failed" in found or not found and kind in whole:
                wrong += 1
                print("FAILED   %s: %s says that %s passes on %s, where it %s" % (
                    row, document.split("/")[-1], test, kind, "failed" if found else "did not run"))
            elif found == {"skipped"}:
                print("not here %s: %s was left out on this %s" % (row, test, kind))
    if not checked:
        wrong += 1
        print("FAILED   the documents claim nothing")
    return wrong


if __name__ == "__main__":
    if sys.argv[1] == "table":
        table(sys.argv[2], sys.argv[3], sys.argv[4:])
    else:
        sys.exit(1 if verify(sys.argv[2], sys.argv[3:]) else 0)
