using Ax2.Http;

namespace Ax2.Credits;

/// <summary>What the refusals of credit accounts and statements are in HTTP.</summary>
internal sealed class CreditStatuses : RefusalStatuses
{
    internal const string PeriodInvalid = "period_invalid";
    internal const string PeriodTooLong = "period_too_long";

    internal override IReadOnlyDictionary<string, int> Statuses { get; } = new Dictionary<string, int>
    {
        [CreditRefusals.Insufficient] = StatusCodes.Status402PaymentRequired,
        [CreditRefusals.AmountInvalid] = StatusCodes.Status422UnprocessableEntity,
        [CreditRefusals.TimeInvalid] = StatusCodes.Status422UnprocessableEntity,
        [CreditRefusals.TextInvalid] = StatusCodes.Status422UnprocessableEntity,
        [CreditRefusals.HoldUnknown] = StatusCodes.Status422UnprocessableEntity,
        [CreditRefusals.HoldExists] = StatusCodes.Status409Conflict,
        [CreditRefusals.HoldOpen] = StatusCodes.Status422UnprocessableEntity,
        [CreditRefusals.HoldLimit] = StatusCodes.Status422UnprocessableEntity,
        [CreditRefusals.GrantLimit] = StatusCodes.Status422UnprocessableEntity,
        [CreditRefusals.HoldResolved] = StatusCodes.Status409Conflict,
        [CreditRefusals.AboveHold] = StatusCodes.Status422UnprocessableEntity,
        [CreditRefusals.AboveCharge] = StatusCodes.Status422UnprocessableEntity,
        [CreditRefusals.OperationConflict] = StatusCodes.Status409Conflict,
        [CreditRefusals.AccountFrozen] = StatusCodes.Status403Forbidden,
        [CreditRefusals.AccountClosed] = StatusCodes.Status403Forbidden,
        [CreditRefusals.AccountBusy] = StatusCodes.Status429TooManyRequests,
        [CreditRefusals.QuoteExpired] = StatusCodes.Status409Conflict,
        [PeriodInvalid] = StatusCodes.Status400BadRequest,
        [PeriodTooLong] = StatusCodes.Status422UnprocessableEntity,
    };
}
