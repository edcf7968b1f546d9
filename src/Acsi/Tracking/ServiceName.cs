namespace DerAgent.Acsi;

/// <summary>Services by the ordinals that tracking objects tell (IEC 61850-7-2 <c>ServiceNameKind</c>): those that are tracked. Queries are not.</summary>
internal enum ServiceName
{
    /// <summary>A client has associated.</summary>
    Associate = 1,
    /// <summary>An association was lost, or ended by the server.</summary>
    Abort = 2,
    /// <summary>A client has released its association.</summary>
    Release = 3,
    /// <summary>Data were written.</summary>
    SetDataValues = 8,
    /// <summary>Members of a data set were written.</summary>
    SetDataSetValues = 12,
    /// <summary>A data set was created.</summary>
    CreateDataSet = 13,
    /// <summary>A data set was deleted.</summary>
    DeleteDataSet = 14,
    /// <summary>SGCB: another group becomes active.</summary>
    SelectActiveSG = 16,
    /// <summary>SGCB: a group is edited.</summary>
    SelectEditSG = 17,
    /// <summary>A value of the edited group is set.</summary>
    SetEditSGValue = 18,
    /// <summary>SGCB: what was edited is taken over.</summary>
    ConfirmEditSGValues = 19,
    /// <summary>An attribute of a buffered report control block was written.</summary>
    SetBRCBValues = 24,
    /// <summary>An attribute of an unbuffered report control block was written.</summary>
    SetURCBValues = 26,
    /// <summary>An attribute of a log control block was written.</summary>
    SetLCBValues = 28,
    /// <summary>An attribute of a GOOSE control block was written.</summary>
    SetGoCBValues = 34,
    /// <summary>An attribute of a multicast sampled-value control block was written.</summary>
    SetMSVCBValues = 39,
    /// <summary>An attribute of a unicast sampled-value control block was written.</summary>
    SetUSVCBValues = 42,
    /// <summary>A control object was selected by reading SBO.</summary>
    Select = 43,
    /// <summary>A control object was selected with its value.</summary>
    SelectWithValue = 44,
    /// <summary>A selection or a waiting command was cancelled.</summary>
    Cancel = 45,
    /// <summary>A command.</summary>
    Operate = 46,
    /// <summary>A command has ended, and its client was told so.</summary>
    CommandTermination = 47,
    /// <summary>A command for later.</summary>
    TimeActivatedOperate = 48,
    /// <summary>A file was set.</summary>
    SetFile = 50,
    /// <summary>A file was deleted.</summary>
    DeleteFile = 51,
    /// <summary>Something changed that nobody asked for: a time ran out, an association was lost, the agent has started.</summary>
    InternalChange = 54,
}
