using System.Security.Cryptography;
using Programmes.Core;

namespace Programmes.Engine.People;

/// <summary>Length counts, mixtures of signs do not: they make passwords that people write down.</summary>
public static class PasswordRules
{
    public const int LengthMin = 10;

    /// <summary>Hashing costs time for every character, and anybody may send one.</summary>
    public const int LengthMax = 128;

    /// <summary>Different signs in a password; “1111111111” has one.</summary>
    public const int DifferentMin = 5;

    private const int InitialLength = 12;

    /// <summary>Without 0, o, 1, l and i, which are mistaken for each other when read out or copied from paper.</summary>
    private const string InitialSigns = "23456789abcdefghjkmnpqrstuvwxyz";

    /// <summary>What is wrong with a new password; null if nothing is.</summary>
    public static Text? Problem(string password, string accountName)
    {
        if (password.Length is < LengthMin or > LengthMax)
            return new($"密码应为 {LengthMin} 至 {LengthMax} 个字符", $"A password takes {LengthMin} to {LengthMax} characters");
        if (password.Distinct().Count() < DifferentMin)
            return new($"密码至少要有 {DifferentMin} 个不同的字符", $"A password needs at least {DifferentMin} different characters");
        if (accountName.Length > 3 && password.Contains(accountName, StringComparison.OrdinalIgnoreCase))
            return new("密码不能包含账号名", "A password must not contain the account's name");
        return null;
    }

    /// <summary>A random password to hand over, about 59 bits; it has to be changed at the first sign-in.</summary>
    public static string Initial()
    {
        string password;
        do password = RandomNumberGenerator.GetString(InitialSigns, InitialLength);
        while (password.Distinct().Count() < DifferentMin);
        return password;
    }
}
