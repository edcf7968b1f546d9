namespace DerAgent.Model;

/// <summary>What a subject may do (IEC 62351-8 §5, table 2).</summary>
[Flags]
public enum Right
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>VIEW: directories and definitions.</summary>
    View = 1 << 0,
    /// <summary>READ: values and control blocks.</summary>
    Read = 1 << 1,
    /// <summary>DATASET: create, delete and set data sets.</summary>
    DataSet = 1 << 2,
    /// <summary>REPORTING: set report control blocks, receive reports.</summary>
    Reporting = 1 << 3,
    /// <summary>REPORTING as far as logs go: query them, set log control blocks.</summary>
    Logging = 1 << 4,
    /// <summary>FILEREAD: get files and directories of files.</summary>
    FileRead = 1 << 5,
    /// <summary>FILEWRITE: set files.</summary>
    FileWrite = 1 << 6,
    /// <summary>FILEMNGT: delete files.</summary>
    FileManagement = 1 << 7,
    /// <summary>CONTROL: select, operate, cancel.</summary>
    Control = 1 << 8,
    /// <summary>CONFIG: set data of SP, CF, DC, SV, BL.</summary>
    Config = 1 << 9,
    /// <summary>SETTINGGROUP: the setting-group services.</summary>
    SettingGroup = 1 << 10,
    /// <summary>SECURITY: roles, certificates, security log.</summary>
    Security = 1 << 11,
}
