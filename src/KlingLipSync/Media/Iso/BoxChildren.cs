namespace KlingLipSync.Media.Iso;

/// <summary>The boxes inside a box, read one by one as they are asked for; a value, so that a file of millions of tiny boxes takes no memory.</summary>
internal struct BoxChildren(ByteWindow bytes, Box parent, int skip)
{
    // The most an honest sample table or movie header has is a few dozen.
    private const int Most = 4096;

    private long _offset = parent.Content + skip;
    private int _count;

    public Box Current { get; private set; }

    public readonly BoxChildren GetEnumerator() => this;

    public bool MoveNext()
    {
        if (parent.End - _offset < 8)
        {
            return false;
        }

        if (_count++ == Most)
        {
            throw new MediaFormatException($"Its box '{parent.Name}' holds more than {Most} boxes.");
        }

        Box child = Box.Read(bytes, _offset, parent.End);

        // QuickTime ends some lists with four zero bytes, which read as a box without a name.
        if (child.Type == 0)
        {
            return false;
        }

        if (child.End > parent.End)
        {
            throw new MediaFormatException($"Its box '{child.Name}' reaches beyond the box '{parent.Name}' that holds it.");
        }

        Current = child;
        _offset = child.End;
        return true;
    }

    /// <summary>The first box of a type, or <see langword="null"/>.</summary>
    public readonly Box? First(uint type)
    {
        foreach (Box child in this)
        {
            if (child.Type == type)
            {
                return child;
            }
        }

        return null;
    }
}
