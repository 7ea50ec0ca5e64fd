namespace Ax2.Matrix;

/// <summary>What attackers send where a text is asked for.</summary>
internal static class HostileTexts
{
    internal static readonly string[] All =
    [
        "' OR '1'='1", "'; DROP TABLE ax2.jobs; --", "\" OR \"\"=\"", "1) UNION SELECT version() --",
        "%' AND SLEEP(5) #",
        "../../../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "..%2f..%2fetc%2fpasswd",
        "file:///etc/passwd",
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "{{7*7}}",
        "${jndi:ldap://x}",
        "=HYPERLINK(\"http://x\")", "a\r\nX-Injected: 1", "a\nb", "a\0b", "\u202Egpj.exe", "\uFEFF", "가나다 — ü 🦊",
        "; cat /etc/passwd", "$(id)", "`id`", "| whoami", "%s%n%x", "null", "[]", "{\"$ne\":null}", "-1", "1e309",
        "9223372036854775808", "", " ", ".", "..", "con", new string('x', 10_000), new string('가', 3_000),
    ];
}
