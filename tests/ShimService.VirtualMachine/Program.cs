using ShimService.VirtualMachine;

// RESULTS BOOT PROJECT [WORD…]: runs the tests of ShimService.PROJECT.Tests whose full name holds one of the words (all
// of them without words; a word that begins with - leaves out) and appends a line per test to RESULTS, as BOOT:NAME.
if (args.Length < 3)
{
    await Console.Error.WriteLineAsync("usage: ShimService.VirtualMachine RESULTS BOOT PROJECT [WORD…]");
    return 2;
}

using var lines = new StreamWriter(args[0], append: true) { AutoFlush = true };
var status = TestRun.Run(args[2], new NameFilter(args[3..]), new ResultLines(args[1], args[2], lines));

// A test that hangs has threads that nothing ends.
Environment.Exit(status);
return status;
