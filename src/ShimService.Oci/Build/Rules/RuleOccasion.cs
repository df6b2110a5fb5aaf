namespace ShimService.Oci.Build.Rules;

internal enum RuleOccasion
{
    Create,
    Update,
}
