namespace KlingLipSync.Media;

/// <summary>The bytes break a rule of their format so that reading on makes no sense. The message is a plain sentence for the facts' problems.</summary>
internal sealed class MediaFormatException(string message) : Exception(message);
