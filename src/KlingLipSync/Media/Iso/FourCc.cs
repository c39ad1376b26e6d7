namespace KlingLipSync.Media.Iso;

/// <summary>The box types, handlers and brands that are looked for (ISO/IEC 14496-12, 14496-14, 14496-15, QuickTime File Format).</summary>
internal static class FourCc
{
    public const uint Ftyp = 'f' << 24 | 't' << 16 | 'y' << 8 | 'p';
    public const uint Styp = 's' << 24 | 't' << 16 | 'y' << 8 | 'p';
    public const uint Sidx = 's' << 24 | 'i' << 16 | 'd' << 8 | 'x';
    public const uint Moov = 'm' << 24 | 'o' << 16 | 'o' << 8 | 'v';
    public const uint Moof = 'm' << 24 | 'o' << 16 | 'o' << 8 | 'f';
    public const uint Mdat = 'm' << 24 | 'd' << 16 | 'a' << 8 | 't';
    public const uint Wide = 'w' << 24 | 'i' << 16 | 'd' << 8 | 'e';
    public const uint Free = 'f' << 24 | 'r' << 16 | 'e' << 8 | 'e';
    public const uint Skip = 's' << 24 | 'k' << 16 | 'i' << 8 | 'p';
    public const uint Pnot = 'p' << 24 | 'n' << 16 | 'o' << 8 | 't';
    public const uint Cmov = 'c' << 24 | 'm' << 16 | 'o' << 8 | 'v';

    public const uint Mvhd = 'm' << 24 | 'v' << 16 | 'h' << 8 | 'd';
    public const uint Mvex = 'm' << 24 | 'v' << 16 | 'e' << 8 | 'x';
    public const uint Trex = 't' << 24 | 'r' << 16 | 'e' << 8 | 'x';
    public const uint Trak = 't' << 24 | 'r' << 16 | 'a' << 8 | 'k';
    public const uint Tkhd = 't' << 24 | 'k' << 16 | 'h' << 8 | 'd';
    public const uint Edts = 'e' << 24 | 'd' << 16 | 't' << 8 | 's';
    public const uint Elst = 'e' << 24 | 'l' << 16 | 's' << 8 | 't';
    public const uint Mdia = 'm' << 24 | 'd' << 16 | 'i' << 8 | 'a';
    public const uint Mdhd = 'm' << 24 | 'd' << 16 | 'h' << 8 | 'd';
    public const uint Hdlr = 'h' << 24 | 'd' << 16 | 'l' << 8 | 'r';
    public const uint Minf = 'm' << 24 | 'i' << 16 | 'n' << 8 | 'f';
    public const uint Stbl = 's' << 24 | 't' << 16 | 'b' << 8 | 'l';
    public const uint Stsd = 's' << 24 | 't' << 16 | 's' << 8 | 'd';
    public const uint Stts = 's' << 24 | 't' << 16 | 't' << 8 | 's';
    public const uint Stco = 's' << 24 | 't' << 16 | 'c' << 8 | 'o';
    public const uint Co64 = 'c' << 24 | 'o' << 16 | '6' << 8 | '4';

    public const uint Traf = 't' << 24 | 'r' << 16 | 'a' << 8 | 'f';
    public const uint Tfhd = 't' << 24 | 'f' << 16 | 'h' << 8 | 'd';
    public const uint Tfdt = 't' << 24 | 'f' << 16 | 'd' << 8 | 't';
    public const uint Trun = 't' << 24 | 'r' << 16 | 'u' << 8 | 'n';

    public const uint Pasp = 'p' << 24 | 'a' << 16 | 's' << 8 | 'p';
    public const uint AvcC = 'a' << 24 | 'v' << 16 | 'c' << 8 | 'C';
    public const uint Esds = 'e' << 24 | 's' << 16 | 'd' << 8 | 's';
    public const uint Wave = 'w' << 24 | 'a' << 16 | 'v' << 8 | 'e';
    public const uint Sinf = 's' << 24 | 'i' << 16 | 'n' << 8 | 'f';
    public const uint Frma = 'f' << 24 | 'r' << 16 | 'm' << 8 | 'a';

    public const uint Vide = 'v' << 24 | 'i' << 16 | 'd' << 8 | 'e';
    public const uint Soun = 's' << 24 | 'o' << 16 | 'u' << 8 | 'n';

    public const uint Encv = 'e' << 24 | 'n' << 16 | 'c' << 8 | 'v';
    public const uint Enca = 'e' << 24 | 'n' << 16 | 'c' << 8 | 'a';
    public const uint Drms = 'd' << 24 | 'r' << 16 | 'm' << 8 | 's';
    public const uint Drmi = 'd' << 24 | 'r' << 16 | 'm' << 8 | 'i';

    public const uint QuickTime = 'q' << 24 | 't' << 16 | ' ' << 8 | ' ';
    public const uint M4a = 'M' << 24 | '4' << 16 | 'A' << 8 | ' ';
    public const uint M4b = 'M' << 24 | '4' << 16 | 'B' << 8 | ' ';
    public const uint M4p = 'M' << 24 | '4' << 16 | 'P' << 8 | ' ';
    public const uint Avif = 'a' << 24 | 'v' << 16 | 'i' << 8 | 'f';
    public const uint Avis = 'a' << 24 | 'v' << 16 | 'i' << 8 | 's';
    public const uint Heic = 'h' << 24 | 'e' << 16 | 'i' << 8 | 'c';
    public const uint Heix = 'h' << 24 | 'e' << 16 | 'i' << 8 | 'x';
    public const uint Mif1 = 'm' << 24 | 'i' << 16 | 'f' << 8 | '1';
    public const uint Msf1 = 'm' << 24 | 's' << 16 | 'f' << 8 | '1';
}
