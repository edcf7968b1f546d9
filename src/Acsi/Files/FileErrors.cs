using DerAgent.Mms;

namespace DerAgent.Acsi;

/// <summary>The service errors of class file.</summary>
internal static class FileErrors
{
    public static ServiceError Of(FileFailure failure, string text) => new(ErrorClass.File, (int)failure, text);

    public static ServiceError Of(FileOutcome.Failed failed) => Of(failed.Failure, failed.Text);

    public static ServiceError NonExistent(string name) => Of(FileFailure.NonExistent, $"{name} does not exist");

    public static ServiceError Denied(string name) => Of(FileFailure.AccessDenied, $"{name} may not be accessed so");

    /// <summary>An outcome that nobody expects is a defect of the file store.</summary>
    public static ServiceError Unexpected { get; } = Of(FileFailure.Other, "the file store answered something else");
}
