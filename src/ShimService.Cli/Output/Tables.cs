using Spectre.Console;

namespace ShimService.Cli.Output;

/// <summary>Tables for people. Apart from the rest so that JSON and plain output never load Spectre.Console.</summary>
internal static class Tables
{
    /// <summary>A borderless table whose columns line up; full width where the output is no terminal.</summary>
    public static void Write(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (string column in columns)
        {
            table.AddColumn(
                new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))) { NoWrap = true });
        }

        foreach (IReadOnlyList<string> row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)).ToArray<Spectre.Console.Rendering.IRenderable>());
        }

        NewConsole().Write(table);
    }

    /// <summary>Names and values, one pair a line.</summary>
    public static void WritePairs(IEnumerable<(string Name, string Value)> pairs)
    {
        var grid = new Grid();
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        foreach ((string name, string value) in pairs)
        {
            grid.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), new Text(value));
        }

        NewConsole().Write(grid);
    }

    /// <summary>Redraws one table in place until <paramref name="draw"/> ends.</summary>
    public static Task LiveAsync(
        IReadOnlyList<string> columns, Func<Action<IEnumerable<IReadOnlyList<string>>>, Task> draw)
    {
        IAnsiConsole console = NewConsole();
        return console.Live(new Text("")).AutoClear(false).StartAsync(live => draw(rows =>
        {
            var table = new Table { Border = TableBorder.None };
            foreach (string column in columns)
            {
                table.AddColumn(
                    new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))) { NoWrap = true });
            }

            foreach (IReadOnlyList<string> row in rows)
            {
                table.AddRow(row.Select(cell => new Text(cell)).ToArray<Spectre.Console.Rendering.IRenderable>());
            }

            live.UpdateTarget(table);
        }));
    }

    private static IAnsiConsole NewConsole()
    {
        if (!Console.IsOutputRedirected)
        {
            return AnsiConsole.Create(new AnsiConsoleSettings());
        }

        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });

        // A pipe has no width: nothing is to be cut or wrapped.
        console.Profile.Width = 4096;
        return console;
    }
}
