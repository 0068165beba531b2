namespace FedPortal.Studies;

/// <summary>A study that someone is still writing. It may be wrong or half empty: everything is kept as it was typed.</summary>
public sealed class StudyDraft
{
    public StudyDraft(StudyForm form, string author, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        Id = Guid.CreateVersion7(now);
        Author = author;
        Form = form;
        Title = TitleOf(form);
        CreatedAt = ChangedAt = now;
    }

    private StudyDraft()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public string Author { get; private set; } = "";

    public string Title { get; private set; } = "";

    public StudyForm Form { get; private set; } = null!;

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public void Save(StudyForm form, DateTimeOffset now)
    {
        Form = form;
        Title = TitleOf(form);
        ChangedAt = now;
    }

    private static string TitleOf(StudyForm form)
    {
        string title = form.Name.Trim();
        return title.Length == 0 ? "Untitled study" : title.Length > 100 ? title[..100] : title;
    }
}
