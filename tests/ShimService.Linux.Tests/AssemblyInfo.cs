// These tests count descriptors, threads and children of the process: one at a time, or they count each other's.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
