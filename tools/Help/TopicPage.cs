namespace KlingLipSync.Help;

/// <summary>What one about topic says: its short description, and its sections in order, that one among them.</summary>
internal sealed record TopicPage(MarkdownFile File, string Name, string Short, IReadOnlyList<Section> Sections);
