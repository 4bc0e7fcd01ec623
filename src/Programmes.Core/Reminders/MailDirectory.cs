namespace Programmes.Core.Reminders;

/// <summary>What somebody does in an office or unit, and so which mails reach that person.</summary>
public enum ContactDuty
{
    /// <summary>经办人: everything.</summary>
    Handler,

    /// <summary>负责人: what is late, returned or urged.</summary>
    Head,

    /// <summary>备用联系人: everything, where no handler and no address of the office can be reached.</summary>
    Fallback,
}

/// <summary>What an address wants of the morning's digests; what is urgent comes anyway.</summary>
public enum DigestChoice
{
    Daily,

    /// <summary>Only what is late or due on the day.</summary>
    Pressing,

    /// <summary>None: others of the office or unit get them.</summary>
    None,
}
