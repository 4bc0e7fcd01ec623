using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Mvc;
using Programmes.Core.Programmes;
using Programmes.Core.Rehearsal;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Engine.WorkItems;
using Programmes.Web.Exports;
using Programmes.Web.People;

namespace Programmes.Web.Api;

/// <param name="Values">Of the form's items, by key.</param>
public sealed record ApiSubmit(string? Outcome, Dictionary<string, string>? Values, string? Comment);

/// <param name="Reason">Why it is returned.</param>
public sealed record ApiReturn(string Reason);

public sealed record ApiAccept(string? Outcome, string? Comment);

public sealed record ApiMe(string Name, string DisplayName, string? Role, IReadOnlyList<Place> Places, bool MayWrite);

public sealed record ApiChecked(bool HasErrors, IReadOnlyList<ApiProblem> Problems);

public sealed record ApiRehearsed(bool HasErrors, IReadOnlyList<ApiProblem> Problems, RehearsalSummary? Summary, int Mails);

public sealed record ApiLaunched(string Id);

/// <summary>The HTTP API, version 1: the same use cases as the pages, for programs that hold a token.</summary>
internal static class ApiRoutes
{
    public const string Prefix = "/api/v1";

    /// <summary>Of one token.</summary>
    public const int RequestsPerMinuteMax = 120;

    /// <summary>The OpenAPI document.</summary>
    public const string DocumentPath = $"{Prefix}/{Document}.json";

    private const string Document = "openapi";

    private const string Limit = "api";

    public static void AddApi(this IServiceCollection services)
    {
        ApiTokenHandler.AddTo(services);
        services.AddOpenApi(Document, options => options.ShouldInclude = one => one.RelativePath?.StartsWith(Prefix[1..], StringComparison.Ordinal) == true);
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
        services.AddRateLimiter(limiter => limiter.AddPolicy(Limit, http => RateLimitPartition.GetFixedWindowLimiter(
            http.User.FindFirst(ApiTokenHandler.TokenClaim)?.Value ?? http.Connection.RemoteIpAddress?.ToString() ?? "",
            _ => new FixedWindowRateLimiterOptions { PermitLimit = RequestsPerMinuteMax, Window = TimeSpan.FromMinutes(1) })));
    }

    public static void MapApi(this WebApplication app)
    {
        app.MapOpenApi(Prefix + "/{documentName}.json").RequireAuthorization().ExcludeFromDescription();
        var read = app.MapGroup(Prefix).RequireAuthorization(ApiTokenHandler.ReadPolicy).RequireRateLimiting(Limit).DisableAntiforgery();
        var write = app.MapGroup(Prefix).RequireAuthorization(ApiTokenHandler.WritePolicy).RequireRateLimiting(Limit).DisableAntiforgery();

        read.MapGet("/me", Me).WithSummary("Whose token this is");
        read.MapGet("/programmes", ListProgrammesAsync).WithSummary("Programmes, the latest first");
        read.MapGet("/programmes/{id}", FindProgrammeAsync).WithSummary("How a programme stands");
        read.MapGet("/work", ListWorkAsync).WithSummary("Open work: one's own, or all that one sees");
        read.MapGet("/work/{id}", FindWorkAsync).WithSummary("One work item");
        read.MapGet("/notices", ListNoticesAsync).WithSummary("Public notices, the latest first");
        read.MapGet("/notices/{id}", FindNoticeAsync).WithSummary("One public notice with its units");
        read.MapPost("/launches/check", CheckAsync).WithSummary("Reads and checks a launch file; writes nothing").Accepts<JsonElement>("application/json");
        read.MapPost("/launches/rehearse", RehearseAsync).WithSummary("Plays a launch file through; writes nothing").Accepts<JsonElement>("application/json");
        read.MapGroup("/exports").WithSummary("A list (.xlsx) or an official document (.docx)").MapFiles();
        write.MapPost("/launches", LaunchAsync).WithSummary("Launches a programme").Accepts<JsonElement>("application/json");
        write.MapPost("/work/{id}/sign", SignAsync).WithSummary("Signs for a work item");
        write.MapPost("/work/{id}/submit", SubmitAsync).WithSummary("Files a work item");
        write.MapPost("/work/{id}/return", ReturnAsync).WithSummary("Returns a filed work item");
        write.MapPost("/work/{id}/accept", AcceptAsync).WithSummary("Accepts a filed work item");
        // What leads nowhere is told so to who has a token, and nothing to strangers.
        read.Map("/{**rest}", (HttpContext http) => http.Request.ContentType is not null && !http.Request.HasJsonContentType() ? ApiProblems.Status(StatusCodes.Status415UnsupportedMediaType) : ApiProblems.NotFound()).ExcludeFromDescription();
    }

    private static ApiMe Me(HttpContext http, CurrentPerson current) =>
        new(current.Person.Name, current.DisplayName, current.Role?.Key(), current.Person.Places, http.User.HasClaim("api-write", "true"));

    private static Task<Paged<ProgrammeLine>> ListProgrammesAsync(CurrentPerson current, ProgrammeQueries query, ProgrammeState? state, string? name, int page = 1, CancellationToken cancellationToken = default) =>
        query.ListAsync(current.Person, state, name, page, cancellationToken: cancellationToken);

    private static async Task<IResult> FindProgrammeAsync(string id, CurrentPerson current, ProgrammeQueries query, CancellationToken cancellationToken) => Found(await query.HeadAsync(current.Person, id, cancellationToken));

    private static Task<WorkList> ListWorkAsync(CurrentPerson current, WorkListQuery query, WorkShown shown = WorkShown.All, bool everybody = false, string? programme = null, int page = 1, CancellationToken cancellationToken = default) =>
        query.RunAsync(current.Person, shown, everybody, page, programme, cancellationToken);

    private static async Task<IResult> FindWorkAsync(string id, CurrentPerson current, WorkItemQuery query, CancellationToken cancellationToken) => Found(await query.RunAsync(current.Person, id, cancellationToken));

    private static Task<Paged<NoticeLine>> ListNoticesAsync(CurrentPerson current, NoticeQueries query, string? programme, NoticeState? state, int page = 1, CancellationToken cancellationToken = default) =>
        query.ListAsync(current.Person, programme, state, page, cancellationToken);

    private static async Task<IResult> FindNoticeAsync(string id, CurrentPerson current, NoticeQueries query, int page = 1, CancellationToken cancellationToken = default) =>
        Found(await query.FindAsync(current.Person, id, null, page, cancellationToken: cancellationToken));

    private static async Task<ApiChecked> CheckAsync(HttpContext http, CurrentPerson current, LaunchProgramme launches, CancellationToken cancellationToken)
    {
        var preview = await PreviewAsync(http, current.Person, launches, LaunchMode.Demonstration, cancellationToken);
        return new(preview.HasErrors, [.. preview.Problems.Select(ApiProblem.Of)]);
    }

    private static async Task<ApiRehearsed> RehearseAsync(HttpContext http, CurrentPerson current, LaunchProgramme launches, LaunchMode mode = LaunchMode.AsPlanned, CancellationToken cancellationToken = default)
    {
        var preview = await PreviewAsync(http, current.Person, launches, mode, cancellationToken);
        return new(preview.HasErrors, [.. preview.Problems.Select(ApiProblem.Of)], preview.Rehearsal?.Summary, preview.Rehearsal?.Mails.Total ?? 0);
    }

    private static async Task<IResult> LaunchAsync(HttpContext http, CurrentPerson current, LaunchProgramme launches, LaunchMode mode = LaunchMode.AsPlanned, bool confirmed = false, CancellationToken cancellationToken = default)
    {
        var json = await BodyAsync(http, current.Person, cancellationToken);
        var id = await launches.LaunchAsync(current.Person, json, "launch.json", mode, confirmed, cancellationToken);
        return Results.Created($"{Prefix}/programmes/{Uri.EscapeDataString(id)}", new ApiLaunched(id));
    }

    private static Task<IResult> SignAsync(string id, CurrentPerson current, WorkOnItem work, CancellationToken cancellationToken) => Done(work.SignForAsync(current.Person, id, cancellationToken));

    private static Task<IResult> SubmitAsync(string id, [FromBody] ApiSubmit body, CurrentPerson current, WorkOnItem work, CancellationToken cancellationToken) =>
        Done(work.SubmitAsync(current.Person, id, body.Outcome, body.Values is null ? null : JsonSerializer.Serialize(body.Values), body.Comment, cancellationToken));

    private static Task<IResult> ReturnAsync(string id, [FromBody] ApiReturn body, CurrentPerson current, ReviewItem review, CancellationToken cancellationToken) => Done(review.ReturnAsync(current.Person, id, body.Reason ?? "", cancellationToken));

    private static Task<IResult> AcceptAsync(string id, [FromBody] ApiAccept body, CurrentPerson current, ReviewItem review, CancellationToken cancellationToken) =>
        Done(review.CompleteAsync(current.Person, id, body.Outcome, body.Comment, cancellationToken));

    private static async Task<LaunchPreview> PreviewAsync(HttpContext http, Person person, LaunchProgramme launches, LaunchMode mode, CancellationToken cancellationToken) =>
        await launches.PreviewAsync(await BodyAsync(http, person, cancellationToken), "launch.json", mode, cancellationToken);

    /// <summary>The launch file as it was sent, so that what is wrong in it is located.</summary>
    private static async Task<string> BodyAsync(HttpContext http, Person person, CancellationToken cancellationToken)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        using var reader = new StreamReader(http.Request.Body);
        var text = new char[LaunchReader.LengthMax + 1];
        var length = await reader.ReadBlockAsync(text, cancellationToken);
        return length <= LaunchReader.LengthMax ? new(text, 0, length) : throw new BadHttpRequestException("The launch file is too long.", StatusCodes.Status413PayloadTooLarge);
    }

    private static IResult Found<T>(T? found) where T : class => found is null ? ApiProblems.NotFound() : Results.Ok(found);

    private static async Task<IResult> Done(Task act)
    {
        await act;
        return Results.NoContent();
    }
}
