using System.Globalization;
using ShimService.LaunchStress;

// launch-stress stress COUNT    launches under GC load; exit status 1 when one hangs or answers a wrong status
// launch-stress time COUNT      microseconds of launch → exit → collected, median over COUNT
var count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10_000;
return args.Length == 0 ? Usage() : args[0] switch
{
    "stress" => await Stress.RunAsync(count),
    "time" => await Timing.RunAsync(count),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: launch-stress stress|time [COUNT]");
    return 2;
}
