using System.Text;

namespace DerAgent.Xmpp;

/// <summary>
/// Learns at login what the own server answers for a resource that does not exist, by asking for one, with an iq and a message of each type: strangers get the
/// same, so that nothing tells them that somebody is here. Where errors have texts, languages are asked for as strangers speak them. Touched by the connection's loop only.
/// </summary>
/// <param name="own">Our JID.</param>
internal sealed class AbsentAnswers(Jid own)
{
    /// <summary>Languages that are asked for; who speaks another one reads English.</summary>
    private const int MostLanguages = 16;

    private const int LongestLanguage = 35;
    private const string OwnLanguage = "en";

    /// <summary>Time a server has to answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A server that keeps messages for later keeps ours: it gets them no more often than that.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    private static readonly Question[] Kept = [Question.Normal, Question.Chat];
    private static readonly Question[] All = Enum.GetValues<Question>();
    private readonly Dictionary<string, Language> _languages = new(StringComparer.Ordinal);
    private TimeSpan? _keptSince;
    private Func<string>? _newId;

    /// <summary>What an iq to nobody is answered, as far as it is known. May be read by others.</summary>
    public AbsentAnswer? Iq
    {
        get => Volatile.Read(ref field);
        private set => Volatile.Write(ref field, value);
    }

    /// <summary>What is asked, in this order: the answers to these may differ.</summary>
    private enum Question
    {
        Normal,
        Chat,
        NormalNotStored,
        ChatNotStored,
        Headline,
        Groupchat,
        Error,

        /// <summary>The last: a server answers in order, and an iq it must answer.</summary>
        Iq,
    }

    /// <summary>Asks anew: another session, perhaps with a server that has changed.</summary>
    public IEnumerable<Stanza> Begin(Func<string> newId, TimeSpan now)
    {
        var before = _languages.GetValueOrDefault(OwnLanguage);
        var isKept = before is { IsSettled: true } && now - _keptSince < KeptFor;
        _newId = newId;
        _keptSince = isKept ? _keptSince : now;
        _languages.Clear();
        var asked = Ask(OwnLanguage, isKept ? All.Except(Kept) : All, now);
        foreach (var question in isKept ? Kept : [])
        {
            _languages[OwnLanguage].Answers[question] = before!.Answers.GetValueOrDefault(question);
        }

        return asked;
    }

    /// <summary>Whether a stanza answers a question of ours.</summary>
    public bool TryTake(Stanza stanza)
    {
        if (_newId is null || stanza is not ({ Kind: StanzaKind.Iq, Type: "result" or "error" } or { Kind: StanzaKind.Message, Type: "error" }) || stanza is not { Id: { } id, From: { } from })
        {
            return false;
        }

        foreach (var language in _languages.Values)
        {
            if (from == language.Absent && language.Open.Remove(id, out var question))
            {
                language.Answers[question] = AbsentAnswer.Of(stanza);
                language.IsSettled |= question == Question.Iq;
                Iq = question == Question.Iq && language == _languages[OwnLanguage] ? language.Answers[question] : Iq;
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it is known what a stranger is to be answered: the answer, or null for none. Where it is not, what is to be asked for it.</summary>
    /// <param name="stanza">A stanza of a stranger.</param>
    /// <param name="now">The time.</param>
    /// <param name="answer">The answer, or null.</param>
    /// <param name="toAsk">Questions to be sent.</param>
    public bool TryAnswer(Stanza stanza, TimeSpan now, out AbsentAnswer? answer, out IEnumerable<Stanza> toAsk)
    {
        (answer, toAsk) = (null, []);
        if (QuestionOf(stanza) is not { } question)
        {
            return true;
        }

        if (_newId is null)
        {
            // Nothing was asked: it is left at what nearly every server says.
            answer = question == Question.Iq ? AbsentAnswer.Common : null;
            return true;
        }

        var (known, isSettled) = Look(_languages[OwnLanguage], question, now);
        if (isSettled && known is { HasText: true } && stanza.Language is { Length: > 0 and <= LongestLanguage } spoken && spoken.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            if (!_languages.TryGetValue(spoken, out var language) && _languages.Count <= MostLanguages)
            {
                // Only what is answered with an error is asked, so that nothing of it is kept.
                toAsk = Ask(spoken, All.Where(q => q == Question.Iq || _languages[OwnLanguage].Answers.GetValueOrDefault(q) is not null), now);
                language = _languages[spoken];
            }

            if (language is not null)
            {
                isSettled = Look(language, question, now).IsSettled;
                known = language.Answers.GetValueOrDefault(question) ?? known;
            }
        }

        answer = known;
        return isSettled;
    }

    private static (AbsentAnswer? Answer, bool IsSettled) Look(Language language, Question question, TimeSpan now)
    {
        var isAnswered = language.Answers.TryGetValue(question, out var answer);
        var isLate = now - language.Since >= Patience;
        return (answer ?? (isLate && !isAnswered && question == Question.Iq ? AbsentAnswer.Common : null), isAnswered || language.IsSettled || isLate);
    }

    private List<Stanza> Ask(string name, IEnumerable<Question> questions, TimeSpan now)
    {
        var language = new Language(own.Bare.WithResource(_newId!()), now);
        _languages[name] = language;
        var asked = new List<Stanza>();
        foreach (var question in questions)
        {
            var id = _newId();
            language.Open[id] = question;
            asked.Add(ToStanza(question, id, language.Absent, name));
        }

        return asked;
    }

    /// <summary>No text: where another resource of the account gets it, nobody sees anything.</summary>
    private static Stanza ToStanza(Question question, string id, Jid to, string language)
    {
        var hint = question is Question.NormalNotStored or Question.ChatNotStored ? $"<no-store xmlns=\"{Namespaces.Hints}\"/>" : "";
        var content = Encoding.UTF8.GetBytes($"<ping xmlns=\"{Namespaces.Ping}\"/>{hint}");
        var stanza = question switch
        {
            Question.Iq => Stanza.Iq("get", id, to, content),
            Question.Normal or Question.NormalNotStored => Stanza.Message("normal", to, content, id),
            Question.Chat or Question.ChatNotStored => Stanza.Message("chat", to, content, id),
            Question.Headline => Stanza.Message("headline", to, content, id),
            Question.Groupchat => Stanza.Message("groupchat", to, content, id),
            _ => Stanza.Message("error", to, content, id),
        };
        return stanza.In(language);
    }

    private static Question? QuestionOf(Stanza stanza) => stanza switch
    {
        { IsRequest: true } => Question.Iq,
        { Kind: not StanzaKind.Message } => null,
        { Type: "headline" } => Question.Headline,
        { Type: "groupchat" } => Question.Groupchat,
        { Type: "error" } => Question.Error,
        { Type: "chat" } => IsNotStored(stanza) ? Question.ChatNotStored : Question.Chat,
        _ => IsNotStored(stanza) ? Question.NormalNotStored : Question.Normal,
    };

    private static bool IsNotStored(Stanza message) => message.Element?.Child("no-store", Namespaces.Hints) is not null || message.Element?.Child("no-permanent-store", Namespaces.Hints) is not null;

    private sealed class Language(Jid absent, TimeSpan since)
    {
        /// <summary>Whom we ask for.</summary>
        public Jid Absent => absent;

        public TimeSpan Since => since;

        public Dictionary<string, Question> Open { get; } = new(StringComparer.Ordinal);

        public Dictionary<Question, AbsentAnswer?> Answers { get; } = [];

        public bool IsSettled { get; set; }
    }
}
