namespace Programmes.Core.Calendars;

public sealed class WorkingDayCalendar;
