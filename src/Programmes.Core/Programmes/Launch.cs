namespace Programmes.Core.Programmes;

/// <summary>
/// A launch gives a definition its batches, units, offices, dates and the document that approves it.
/// The same shape as the launch file (<c>workflows/launch.schema.json</c>) and the form.
/// </summary>
public sealed record Launch
{
    /// <summary>The id of the programme's definition.</summary>
    public required string Definition { get; init; }

    /// <summary>The programme's own id: lower-case letters, digits and hyphens; ids of its instances begin with it.</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required Approval Approval { get; init; }

    /// <summary>The first day (Asia/Shanghai), the anchor <c>programme.start</c>.</summary>
    public required DateOnly StartsOn { get; init; }

    /// <summary>When a due date ends; null: at 24:00.</summary>
    public TimeOnly? BusinessClose { get; init; }

    /// <summary>Date rules by name, for all batches; a batch's own come first.</summary>
    public IReadOnlyDictionary<string, string> Dates { get; init; } = new Dictionary<string, string>();

    /// <summary>Other values by name, such as the names of grades; workflows read them as inputs.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Offices by role. The role <c>unit</c> is the unit itself and stands for no office.</summary>
    public required IReadOnlyDictionary<string, Office> Offices { get; init; }
    public required IReadOnlyList<Unit> Units { get; init; }
    public required IReadOnlyList<Batch> Batches { get; init; }

    /// <summary>The programme's reminder policy; null: the product's, <see cref="Reminders.ReminderPolicy.Default"/>.</summary>
    public string? Reminders { get; init; }

    /// <summary>Reminder policies by a step's id; they come before the step's own.</summary>
    public IReadOnlyDictionary<string, string> StepReminders { get; init; } = new Dictionary<string, string>();

    /// <summary>The role of the office that is told last of late work; null: the role <see cref="Roles.Supervisor"/>, where there is one.</summary>
    public string? Supervisor { get; init; }

    /// <inheritdoc cref="Supervisor"/>
    public string? SupervisorRole => Supervisor ?? (Offices.ContainsKey(Roles.Supervisor) ? Roles.Supervisor : null);

    /// <summary>A work item is urged by mail once in so many working days at most, 0 to 60; 0: no interval. Null: the product's default.</summary>
    public int? UrgeEveryWorkingDays { get; init; }
    public IReadOnlyDictionary<string, Form> Forms { get; init; } = new Dictionary<string, Form>();

    private (IReadOnlyList<Unit> Of, Dictionary<string, Unit> ById)? index;

    public Unit? FindUnit(string id)
    {
        // A copy of the record with other units keeps the field: the list that was indexed is compared.
        if (index is not { } known || !ReferenceEquals(known.Of, Units)) index = known = (Units, Units.ToDictionary(unit => unit.Id, StringComparer.Ordinal));
        return known.ById.GetValueOrDefault(id);
    }

    public Batch? FindBatch(int number) => Batches.FirstOrDefault(batch => batch.Number == number);
}

/// <summary>The document that approves the programme.</summary>
public sealed record Approval(string Number, DateOnly On, string? Title = null);

/// <param name="Mail">Null: the office gets no mail, which the launching office confirms.</param>
/// <param name="Superior">The key in <see cref="Launch.Offices"/> of the office directly above; it sees and urges what is below it. Null: none.</param>
/// <param name="Level">Null: not given; supervisors of a level then do not see its work.</param>
public sealed record Office(string Name, string? Mail = null, string? Superior = null, AdministrativeLevel? Level = null);

/// <param name="Responsible">Who answers for the unit, such as its township's Party committee and government.</param>
/// <param name="Superior">The key in <see cref="Launch.Offices"/> of the office directly above the unit; it holds <see cref="Roles.UnitSuperior"/>.</param>
/// <param name="Level">Null: not given; supervisors of a level then do not see its work.</param>
public sealed record Unit(string Id, string Name, string? Mail = null, string? Responsible = null, string? Superior = null, AdministrativeLevel? Level = null);

/// <summary>Roles that a definition may name without the launch giving them an office.</summary>
public static class Roles
{
    /// <summary>The participating unit itself.</summary>
    public const string Unit = "unit";

    /// <summary>The office that the launch names as the unit's superior; resolved for the unit when the work opens.</summary>
    public const string UnitSuperior = "unit.superior";

    /// <summary>The office that is told of late work where the launch names no other.</summary>
    public const string Supervisor = "supervisor";

    /// <summary>Every participating unit, where a paper names its recipients.</summary>
    public const string AllUnits = "all";
}

public sealed record Batch
{
    /// <summary>From 1, in the order in which a failed unit is carried over.</summary>
    public required int Number { get; init; }
    public required string Name { get; init; }

    /// <summary>The anchor <c>batch.start</c>; may be a date rule.</summary>
    public required string Start { get; init; }

    /// <summary>The last day on which a unit can still join; null: until the batch starts. A date rule.</summary>
    public string? IntakeUntil { get; init; }

    /// <summary>A round that runs only for units carried over into it; without any it is skipped.</summary>
    public bool Supplementary { get; init; }
    public IReadOnlyDictionary<string, string> Dates { get; init; } = new Dictionary<string, string>();

    /// <summary>Values of this batch, such as its number of places; they come before the programme's.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<string> Units { get; init; } = [];
}

/// <summary>A form: groups of items that a person fills in.</summary>
public sealed record Form(string Id, string Title, IReadOnlyList<FormGroup> Groups);

/// <param name="Part">The larger part of the form that the group belongs to; groups with the same one stand together.</param>
public sealed record FormGroup(string Title, IReadOnlyList<FormItem> Items, string? Part = null);

public enum FormItemKind { Text, Number, YesNo, Score, Choice, Date, Table, File }

/// <param name="Key">The field's name in the submitted values.</param>
/// <param name="PointsMax">Highest points of a score; null: the launch has not set them.</param>
public sealed record FormItem(string Key, string Title, FormItemKind Kind, bool Required = false, decimal? PointsMax = null, IReadOnlyList<string>? Choices = null)
{
    /// <summary>Rows of a table where the launch sets no other bound.</summary>
    public const int RowsMaxDefault = 50;

    /// <summary>Lowest points that a score can be; null: 0.</summary>
    public decimal? PointsMin { get; init; }

    /// <summary>What a "no" means; makes a question a required condition (必备条件), shown apart from the scores. Null: an ordinary question.</summary>
    public string? IfNo { get; init; }

    /// <summary>Of a table.</summary>
    public IReadOnlyList<FormColumn> Columns { get; init; } = [];

    /// <summary>Most rows of a table.</summary>
    public int RowsMax { get; init; } = RowsMaxDefault;
}

/// <summary>A column of a table in a form; its kind is text, number, yes or no, choice, or date.</summary>
public sealed record FormColumn(string Key, string Title, FormItemKind Kind, bool Required = false, IReadOnlyList<string>? Choices = null);
