namespace ShimService.Network;

/// <summary>
/// The text of a container's hosts file. Who is on which network is known here; how the file is written is the
/// caller's to say, who writes those of containers without networks, too.
/// </summary>
/// <param name="own">Whose file it is.</param>
/// <param name="others">Whom it may call by name.</param>
public delegate byte[] HostsWriter(ContainerRecord own, IReadOnlyList<NamedAddress> others);
