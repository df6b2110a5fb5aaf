"""Counts test results: results.py EXPECTED_SKIPS FILE.trx… FILE.lines…

Prints every failure and every skip with its reason, then `passed failed skipped` as the last line. A skip that
EXPECTED_SKIPS does not name counts as a failure: a test that silently stops running proves nothing. FILE.lines is what
the virtual machine of tests/vm writes (tests/ShimService.VirtualMachine/ResultLines.cs).
"""

import sys
import xml.etree.ElementTree as ElementTree

MACHINE = "VirtualMachine."
TRX = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"


def expected_skips(path):
    with open(path, encoding="utf-8") as lines:
        found = [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]
    return [(name.strip(), part.strip()) for name, _, part in (line.partition("|") for line in found)]


def text_of(result):
    parts = (".//%sMessage" % TRX, ".//%sStdOut" % TRX)
    found = [node.text.strip() for part in parts for node in result.findall(part) if node.text]
    return found[0] if found else ""


def class_names(tree):
    names = {}
    for test in tree.iter(TRX + "UnitTest"):
        method = test.find(TRX + "TestMethod")
        if method is not None:
            names[test.get("id")] = method.get("className", "")
    return names


def results_of_trx(path):
    tree = ElementTree.parse(path)
    names = class_names(tree)
    for result in tree.iter(TRX + "UnitTestResult"):
        name = result.get("testName", "?")
        full = name if "." in name.split("(")[0] else "%s.%s" % (names.get(result.get("testId"), ""), name)
        outcome = {"Passed": "passed", "NotExecuted": "skipped"}.get(result.get("outcome"), "failed")
        yield full, outcome, text_of(result) if outcome != "passed" else ""


def results_of_lines(path):
    """The last that was heard of each BOOT:TEST; one that only started was under way when its machine went."""
    last = {}
    running = set()
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            outcome, *rest = line.rstrip("\n").split("\t")
            if outcome == "boot":
                running.add(rest[0])
            elif outcome in ("off", "slow"):
                running.discard(rest[0])
            elif outcome in ("started", "passed", "failed", "skipped") and rest:
                text = "" if outcome == "passed" else "\t".join(rest[1:])
                last[rest[0]] = (outcome, text.replace("\\n", "\n").replace("\\t", "\t"))
    for name, (outcome, text) in last.items():
        if outcome == "started":
            if name.split(":")[0] in running:
                yield MACHINE + name, "failed", "the machine was gone before its end"
        else:
            yield MACHINE + name, outcome, text
    for boot in sorted(running):
        yield MACHINE + boot + ":Machine", "failed", "the machine did not go through all of its tests"


def main():
    expected = expected_skips(sys.argv[1])
    passed = failed = skipped = 0
    for path in sys.argv[2:]:
        try:
            results = list(results_of_lines(path) if path.endswith(".lines") else results_of_trx(path))
        except (OSError, ElementTree.ParseError) as error:
            print("FAILED   %s: no readable results (%s): the test host died" % (path, error))
            failed += 1
            continue
        if not results:
            print("FAILED   %s: no test ran" % path)
            failed += 1
        for full, outcome, text in results:
            if outcome == "passed":
                passed += 1
            elif outcome == "skipped":
                skipped += 1
                test = full.removeprefix(MACHINE).split(":", 1)[-1] if full.startswith(MACHINE) else full
                known = any(test.startswith(name) and part in text for name, part in expected)
                print("%s %s: %s" % ("skipped " if known else "SKIPPED ", full, text))
                if not known:
                    print("FAILED   %s: skipped, but %s does not name it" % (full, sys.argv[1]))
                    failed += 1
            else:
                failed += 1
                print("FAILED   %s: %s" % (full, text.replace("\n", "\n         ")))
    print(passed, failed, skipped)


if __name__ == "__main__":
    main()
