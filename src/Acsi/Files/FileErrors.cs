using DerAgent.Mms;

namespace DerAgent.Acsi;

/// <summary>The service errors of class file.</summary>
internal static class FileErrors
{
    private const int MostText = 400;

    /// <summary>An error; of its text what a VisibleString may hold (additionalDescription, ISO 9506-2 §7.4): names and findings may be anything.</summary>
    public static ServiceError Of(FileFailure failure, string text) => new(ErrorClass.File, (int)failure, new([.. text.Take(MostText).Select(c => c is >= ' ' and <= '~' ? c : '?')]));

    public static ServiceError Of(FileOutcome.Failed failed) => Of(failed.Failure, failed.Text);

    public static ServiceError NonExistent(string name) => Of(FileFailure.NonExistent, $"{name} does not exist");

    public static ServiceError Denied(string name) => Of(FileFailure.AccessDenied, $"{name} may not be accessed so");

    /// <summary>An outcome that nobody expects is a defect of the file store.</summary>
    public static ServiceError Unexpected { get; } = Of(FileFailure.Other, "the file store answered something else");
}
