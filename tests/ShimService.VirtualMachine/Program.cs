using ShimService.VirtualMachine;

// RESULTS PROJECT [WORD…]: runs the tests of ShimService.PROJECT.Tests whose full name holds one of the words (all of
// them without words; a word that begins with - leaves out) and appends a line per test to RESULTS.
if (args.Length < 2)
{
    await Console.Error.WriteLineAsync("usage: ShimService.VirtualMachine RESULTS PROJECT [WORD…]");
    return 2;
}

using var lines = new StreamWriter(args[0], append: true) { AutoFlush = true };
var status = TestRun.Run(args[1], new NameFilter(args[2..]), new ResultLines(args[1], lines));

// A test that hangs has threads that nothing ends.
Environment.Exit(status);
return status;
