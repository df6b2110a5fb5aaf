"""Counts test results: results.py EXPECTED_SKIPS FILE.trx…

Prints every failure and every skip with its reason, then `passed failed skipped` as the last line. A skip that
EXPECTED_SKIPS does not name counts as a failure: a test that silently stops running proves nothing.
"""

import sys
import xml.etree.ElementTree as ElementTree

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


def main():
    expected = expected_skips(sys.argv[1])
    passed = failed = skipped = 0
    for path in sys.argv[2:]:
        try:
            tree = ElementTree.parse(path)
        except (OSError, ElementTree.ParseError) as error:
            print("FAILED   %s: no readable results (%s): the test host died" % (path, error))
            failed += 1
            continue
        before = passed + failed + skipped
        names = class_names(tree)
        for result in tree.iter(TRX + "UnitTestResult"):
            name = result.get("testName", "?")
            full = name if "." in name.split("(")[0] else "%s.%s" % (names.get(result.get("testId"), ""), name)
            outcome = result.get("outcome")
            if outcome == "Passed":
                passed += 1
            elif outcome == "NotExecuted":
                skipped += 1
                reason = text_of(result)
                known = any(full.startswith(name) and part in reason for name, part in expected)
                print("%s %s: %s" % ("skipped " if known else "SKIPPED ", full, reason))
                if not known:
                    print("FAILED   %s: skipped, but %s does not name it" % (full, sys.argv[1]))
                    failed += 1
            else:
                failed += 1
                print("FAILED   %s: %s" % (full, text_of(result).replace("\n", "\n         ")))
        if passed + failed + skipped == before:
            print("FAILED   %s: no test ran" % path)
            failed += 1
    print(passed, failed, skipped)


main()
