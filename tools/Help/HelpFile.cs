using System.Management.Automation;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace KlingLipSync.Help;

/// <summary>Writes the file that Get-Help reads: MAML, one command element a command.</summary>
internal static class HelpFile
{
    private static readonly XNamespace Items = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <param name="path">The file.</param>
    /// <param name="commands">The commands with their pages.</param>
    /// <param name="online">Where the folder of pages lies on the web, for Get-Help -Online; null where it lies nowhere.</param>
    public static void Write(string path, IEnumerable<(CommandShape Command, HelpPage Page)> commands, Uri? online)
    {
        var document = new XDocument(new XElement(Items + "helpItems", new XAttribute("schema", "maml"), commands.Select(c => CommandOf(c.Command, c.Page, online))));
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var settings = new XmlWriterSettings { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) };
        using var writer = XmlWriter.Create(path, settings);
        document.Save(writer);
    }

    private static XElement CommandOf(CommandShape command, HelpPage page, Uri? online) => new(Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml), new XAttribute(XNamespace.Xmlns + "command", Command), new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(Command + "details",
            new XElement(Command + "name", command.Name),
            new XElement(Command + "verb", command.Verb),
            new XElement(Command + "noun", command.Noun),
            Description([page.Synopsis])),
        Description(page.Description),
        new XElement(Command + "syntax", command.Sets.Select(s => SyntaxOf(s, command, page))),
        new XElement(Command + "parameters", page.Parameters.Select(e => ParameterOf(command.Parameters.First(p => p.Name == e.Name), command, page, isSyntax: false))),
        new XElement(Command + "inputTypes", page.Inputs.Select(e => new XElement(Command + "inputType", TypeOf(e.Name), Description(e.Text)))),
        new XElement(Command + "returnValues", page.Outputs.Select(e => new XElement(Command + "returnValue", TypeOf(e.Name), Description(e.Text)))),
        new XElement(Maml + "alertSet", new XElement(Maml + "alert", Paragraphs(page.Notes))),
        new XElement(Command + "examples", page.Examples.Select(ExampleOf)),
        new XElement(Command + "relatedLinks", Links(page, online)));

    /// <summary>Get-Help -Online opens the first that has an address.</summary>
    private static IEnumerable<XElement> Links(HelpPage page, Uri? online)
    {
        var links = online is null ? page.Links : [new HelpLink("Online version:", $"{page.Name}.md"), .. page.Links];
        return links.Select(l => new XElement(Maml + "navigationLink",
            new XElement(Maml + "linkText", l.Text), new XElement(Maml + "uri", online is null ? null : new Uri(online, l.File).AbsoluteUri)));
    }

    private static XElement SyntaxOf(CommandParameterSetInfo set, CommandShape command, HelpPage page) => new(Command + "syntaxItem",
        new XElement(Maml + "name", command.Name),
        CommandShape.Shown(set)
            .OrderBy(p => p.Position < 0 ? int.MaxValue : p.Position)
            .ThenByDescending(p => p.IsMandatory)
            .ThenBy(p => page.Parameters.TakeWhile(e => e.Name != p.Name).Count())
            .Select(p => ParameterOf(p, command, page, isSyntax: true)));

    private static XElement ParameterOf(CommandParameterInfo parameter, CommandShape command, HelpPage page, bool isSyntax)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        var isSwitch = type == typeof(SwitchParameter);
        return new XElement(Command + "parameter",
            new XAttribute("required", Lower(parameter.IsMandatory)),
            new XAttribute("variableLength", Lower(type.IsArray)),
            new XAttribute("globbing", Lower(parameter.Attributes.Any(a => a is SupportsWildcardsAttribute))),
            new XAttribute("pipelineInput", Pipeline(parameter)),
            new XAttribute("position", parameter.Position < 0 ? "named" : parameter.Position.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new XAttribute("aliases", parameter.Aliases.Count > 0 ? string.Join(", ", parameter.Aliases) : "none"),
            new XElement(Maml + "name", parameter.Name),
            Description(page.Parameters.First(e => e.Name == parameter.Name).Text),
            Choices(type),
            isSwitch && isSyntax ? null : new XElement(Command + "parameterValue",
                new XAttribute("required", Lower(!isSwitch)), new XAttribute("variableLength", Lower(type.IsArray)), type.Name),
            TypeOf(type.FullName!),
            new XElement(Dev + "defaultValue", command.DefaultOf(parameter)));

        // Only the syntax shows an enumeration's words; in the list of parameters the type is shown.
        XElement? Choices(Type of) => isSyntax && of.IsEnum
            ? new XElement(Command + "parameterValueGroup", Enum.GetNames(of).Select(n =>
                new XElement(Command + "parameterValue", new XAttribute("required", "false"), new XAttribute("variableLength", "false"), n)))
            : null;
    }

    private static string Pipeline(CommandParameterInfo parameter)
    {
        string[] ways =
        [
            .. parameter.ValueFromPipeline ? ["ByValue"] : Array.Empty<string>(),
            .. parameter.ValueFromPipelineByPropertyName ? ["ByPropertyName"] : Array.Empty<string>(),
        ];
        return ways.Length > 0 ? $"True ({string.Join(", ", ways)})" : "False";
    }

    private static XElement ExampleOf(HelpExample example) => new(Command + "example",
        new XElement(Maml + "title", $"-------- {example.Title} --------"),
        new XElement(Dev + "code", example.Code),
        // The empty paragraph is the line between this example and the next one.
        new XElement(Dev + "remarks", Paragraphs([.. example.Remarks, ""])));

    private static XElement TypeOf(string name) => new(Dev + "type", new XElement(Maml + "name", name), new XElement(Maml + "uri"));

    private static XElement Description(IReadOnlyList<string> paragraphs) => new(Maml + "description", Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IReadOnlyList<string> paragraphs) => paragraphs.Select(p => new XElement(Maml + "para", p));

    private static string Lower(bool value) => value ? "true" : "false";
}
