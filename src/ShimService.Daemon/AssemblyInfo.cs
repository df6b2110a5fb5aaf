using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("ShimService.Daemon.Tests")]
