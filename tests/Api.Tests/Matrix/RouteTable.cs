using System.Collections.Frozen;

namespace Ax2.Matrix;

/// <summary>Whom every route is for, written down a second time: one that is new or changes sides is noticed.</summary>
internal static class RouteTable
{
    internal const string Open = "open";
    internal const string Self = "self";
    internal const string Member = "member";
    internal const string Read = "read";
    internal const string Write = "write";
    internal const string Credits = "credits";
    internal const string Billing = "billing";
    internal const string Manage = "manage";
    internal const string Admin = "admin";

    internal static FrozenDictionary<string, string> Routes { get; } = Parse(
        """
        open     GET /.well-known/jwks.json
        open     POST /api/v1/users
        open     POST /api/v1/password-resets
        open     POST /api/v1/password-resets/confirm
        open     POST /api/v1/email-verifications/confirm
        open     POST /api/v1/email-changes/confirm
        open     POST /api/v1/sessions
        open     POST /api/v1/sessions/code
        open     POST /api/v1/sessions/refresh
        open     GET /api/v1/sign-in
        open     GET /api/v1/sign-in/{provider}
        open     GET /api/v1/sign-in/{provider}/callback
        open     GET /api/v1/prices
        self     GET /api/v1/me
        self     POST /api/v1/me/email-verification
        self     POST /api/v1/me/email
        self     POST /api/v1/me/password
        self     POST /api/v1/me/deletion
        self     DELETE /api/v1/me/deletion
        self     GET /api/v1/me/export
        self     POST /api/v1/me/providers/{provider}
        self     GET /api/v1/sessions
        self     DELETE /api/v1/sessions
        self     DELETE /api/v1/sessions/current
        self     DELETE /api/v1/sessions/{id}
        self     GET /api/v1/api-keys
        member   POST /api/v1/api-keys
        self     DELETE /api/v1/api-keys/{id}
        self     POST /api/v1/api-keys/{id}/rotate
        self     GET /api/v1/second-factor
        self     POST /api/v1/second-factor
        self     POST /api/v1/second-factor/confirm
        self     POST /api/v1/second-factor/recovery-codes
        self     POST /api/v1/second-factor/off
        self     POST /api/v1/invitations/accept
        self     GET /api/v1/workspaces
        self     POST /api/v1/workspaces
        member   GET /api/v1/workspaces/{workspaceId}
        manage   PATCH /api/v1/workspaces/{workspaceId}
        member   GET /api/v1/workspaces/{workspaceId}/members
        member   DELETE /api/v1/workspaces/{workspaceId}/members/me
        manage   PATCH /api/v1/workspaces/{workspaceId}/members/{userId}
        manage   DELETE /api/v1/workspaces/{workspaceId}/members/{userId}
        manage   GET /api/v1/workspaces/{workspaceId}/invitations
        manage   POST /api/v1/workspaces/{workspaceId}/invitations
        manage   DELETE /api/v1/workspaces/{workspaceId}/invitations/{id}
        credits  GET /api/v1/credits
        credits  GET /api/v1/credits/entries
        credits  GET /api/v1/credits/holds
        credits  GET /api/v1/credits/grants
        billing  GET /api/v1/credits/statement
        billing  GET /api/v1/credits/statement.csv
        read     GET /api/v1/languages
        write    POST /api/v1/uploads
        read     GET /api/v1/uploads/{id}
        write    POST /api/v1/uploads/{id}/complete
        write    DELETE /api/v1/uploads/{id}
        write    POST /api/v1/quotes
        write    POST /api/v1/jobs
        read     GET /api/v1/jobs
        read     GET /api/v1/jobs/{id}
        write    POST /api/v1/jobs/{id}/cancel
        write    POST /api/v1/jobs/{id}/retry
        read     GET /api/v1/jobs/{id}/events
        read     GET /api/v1/jobs/{id}/captions/{language}.{format}
        admin    GET /api/v1/admin/users
        admin    PUT /api/v1/admin/users/{id}/plan
        admin    GET /api/v1/admin/workspaces/{id}/credits
        admin    GET /api/v1/admin/workspaces/{id}/credits/entries
        admin    POST /api/v1/admin/workspaces/{id}/credits/grants
        admin    POST /api/v1/admin/workspaces/{id}/credits/adjustments
        admin    POST /api/v1/admin/workspaces/{id}/credits/refunds
        admin    POST /api/v1/admin/workspaces/{id}/credits/freeze
        admin    POST /api/v1/admin/workspaces/{id}/credits/thaw
        admin    GET /api/v1/admin/queue
        admin    POST /api/v1/admin/queue/pause
        admin    POST /api/v1/admin/queue/resume
        admin    POST /api/v1/admin/queue/silos/{name}/drain
        admin    POST /api/v1/admin/queue/silos/{name}/undrain
        admin    GET /api/v1/admin/audit
        admin    GET /api/v1/admin/audit.csv
        admin    GET /api/v1/admin/audit.ndjson
        """);

    /// <summary>The whole table of outcomes; null is being let in.</summary>
    internal static Answer? Expected(string access, string caller) => (access, caller) switch
    {
        (_, "nobody" or "expired" or "forged" or "none" or "wrong audience" or "revoked key") =>
            new Answer(401, "not_signed_in"),
        (Admin, "admin") => null,
        (Admin, _) => new Answer(403, "not_admin"),
        (Read or Write or Credits or Billing, "key") => null,
        (_, "key") => new Answer(403, "scope_missing"),
        (Self, _) => null,
        (_, "stranger" or "admin") => new Answer(404, "workspace_unknown"),
        (_, "owner") => null,
        (Member or Credits, _) => null,
        (Read, "editor" or "viewer") => null,
        (Write, "editor") => null,
        (Billing, "billing") => null,
        _ => new Answer(403, "role_insufficient"),
    };

    private static FrozenDictionary<string, string> Parse(string table) => table
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(line => line.Split(' ', 2, StringSplitOptions.TrimEntries))
        .ToFrozenDictionary(parts => parts[1], parts => parts[0]);
}
