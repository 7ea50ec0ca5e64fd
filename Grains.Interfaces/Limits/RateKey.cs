using System.Net;
using System.Net.Sockets;

namespace Ax2.Limits;

/// <summary>What a route costs, as far as limits go.</summary>
public enum RateClass
{
    Read,
    Write,
    Upload,

    /// <summary>Every sign-in method: sign-in, sign-up, a second factor, what mail was sent for.</summary>
    SignIn,

    /// <summary>A wrong password. No route: the sign-in counts them itself.</summary>
    SignInFailure,
}

public enum SubjectKind
{
    /// <summary>A network address; IPv6 by its first 64 bits, which one customer has.</summary>
    Address,
    User,
    ApiKey,

    /// <summary>An e-mail address that somebody tries passwords for, whether anybody has it or not.</summary>
    Account,

    /// <summary>A browser that signed in to the account before.</summary>
    Device,
}

/// <summary>Whose requests are counted.</summary>
public readonly record struct RateSubject(SubjectKind Kind, Guid Id)
{
    private const int NetworkBytes = 8;

    /// <param name="address">Null, for whom there is none, is one subject too.</param>
    public static RateSubject Of(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        if (address is { AddressFamily: AddressFamily.InterNetwork })
        {
            // As IPv6 maps it, so that both ways to write one address are the same subject.
            bytes[10] = bytes[11] = 0xFF;
            address.TryWriteBytes(bytes[12..], out _);
        }
        else if (address is not null)
        {
            address.TryWriteBytes(bytes, out _);
            if (!address.IsIPv4MappedToIPv6)
            {
                bytes[NetworkBytes..].Clear();
            }
        }

        return new RateSubject(SubjectKind.Address, new Guid(bytes, bigEndian: true));
    }
}

/// <summary>One bucket.</summary>
public readonly record struct RateKey(RateClass Class, RateSubject Subject)
{
    /// <summary>The second part of the grain's key.</summary>
    public string RuleName => $"{Class}.{Subject.Kind}";

    /// <summary>The reverse of <see cref="RuleName"/>; throws for what is no rule.</summary>
    public static RateKey Read(Guid id, string ruleName)
    {
        ArgumentNullException.ThrowIfNull(ruleName);
        var dot = ruleName.IndexOf('.', StringComparison.Ordinal);
        return new RateKey(
            Enum.Parse<RateClass>(ruleName[..dot]),
            new RateSubject(Enum.Parse<SubjectKind>(ruleName[(dot + 1)..]), id));
    }
}
