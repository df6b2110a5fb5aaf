namespace ShimService.Oci.Model;

/// <summary>The execution domain of a process. Source: man 2 personality.</summary>
public enum PersonalityDomain
{
    Linux,

    /// <summary>uname tells of the 32-bit machine.</summary>
    Linux32,
}
