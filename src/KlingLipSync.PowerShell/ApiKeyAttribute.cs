using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security;

namespace KlingLipSync.Commands;

/// <summary>
/// Takes an API key in the forms that keep it off the command line: a SecureString with the whole key, a PSCredential, or a table with
/// <c>KeyId</c> and <c>KeySecret</c>, so that what <c>Get-Secret</c> returns can be given as it is.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ApiKeyAttribute : ArgumentTransformationAttribute
{
    // What is no key must not fail to bind: the engine quotes the text that does, and keeps what was piped as the error's target.
    private static readonly ConditionalWeakTable<SecureString, KeyRefusal> Refusals = [];

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
    {
        null => null!,
        SecureString key => key,
        PSCredential { UserName: not null, Password: { } password } credential => Join(credential.UserName, password),
        PSCredential => Refused("as an empty credential"),
        IDictionary table => OfTable(table),
        string or byte[] or char[] => Refused("as plain text", isText: true),
        Array => Refused("as an array"),
        var other => Refused($"as an object of the type {other.GetType().Name}"),
    };

    /// <summary>How a key was given that is not taken in that form; null for one that is.</summary>
    internal static KeyRefusal? RefusalOf(SecureString key) => Refusals.TryGetValue(key, out var how) ? how : null;

    private static SecureString OfTable(IDictionary table)
    {
        object? id = null, secret = null;
        foreach (DictionaryEntry entry in table)
        {
            var value = entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value;
            if (string.Equals(entry.Key as string, "KeyId", StringComparison.OrdinalIgnoreCase))
            {
                id = value;
            }
            else if (string.Equals(entry.Key as string, "KeySecret", StringComparison.OrdinalIgnoreCase))
            {
                secret = value;
            }
        }

        return ((id as string) ?? Text(id as SecureString), secret) switch
        {
            ({ } name, SecureString key) => Join(name, key),
            (_, string) => Refused("in a table whose KeySecret is plain text", isText: true),
            _ => Refused("in a table without a KeyId and a KeySecret"),
        };
    }

    /// <summary>The two halves as one key. Where the password is the whole key already, the name beside it is only a name.</summary>
    private static SecureString Join(string id, SecureString secret)
    {
        var text = Text(secret)!.Trim();
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return secret;
        }

        var key = new SecureString();
        foreach (var c in $"{id.Trim()}:{text}")
        {
            key.AppendChar(c);
        }

        key.MakeReadOnly();
        return key;
    }

    private static string? Text(SecureString? secure) => secure is null ? null : new NetworkCredential("", secure).Password;

    private static SecureString Refused(string how, bool isText = false)
    {
        var nothing = new SecureString();
        nothing.MakeReadOnly();
        Refusals.Add(nothing, new KeyRefusal(how, isText));
        return nothing;
    }
}

/// <summary>A key that is not taken in the form that it was given in.</summary>
/// <param name="How">The form, as the end of "the key was given".</param>
/// <param name="IsText">Whether it was readable text.</param>
internal sealed record KeyRefusal(string How, bool IsText);
