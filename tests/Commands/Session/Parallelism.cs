// Most of a test is waiting; a test that waits should not keep a core from the others.
[assembly: CollectionBehavior(MaxParallelThreads = 8)]
