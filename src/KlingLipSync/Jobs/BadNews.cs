namespace KlingLipSync.Jobs;

/// <summary>Bad news of one request that is believed only when it is heard again and again.</summary>
internal sealed class BadNews(TimeProvider time)
{
    private const int Times = 3;
    private int absences, failures;
    private long firstAbsence, firstFailure;

    public void Known() => absences = 0;

    public bool AbsenceIsCertain() => Count(ref absences, ref firstAbsence, TimeSpan.FromSeconds(60));

    public bool FailureIsCertain() => Count(ref failures, ref firstFailure, TimeSpan.FromSeconds(10));

    private bool Count(ref int count, ref long first, TimeSpan over)
    {
        if (count++ == 0)
        {
            first = time.GetTimestamp();
        }

        return count >= Times && time.GetElapsedTime(first) >= over;
    }
}
