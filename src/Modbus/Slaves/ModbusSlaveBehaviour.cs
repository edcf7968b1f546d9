namespace DerAgent.Modbus;

/// <summary>How a simulated slave answers; what it is told to do wrong it does wrong from the next question on.</summary>
public sealed class ModbusSlaveBehaviour
{
    /// <summary>How long an answer takes, as on a busy device.</summary>
    public TimeSpan AnswerDelay { get; set; }

    /// <summary>Whether answers carry the transaction id of another question, as some gateways' do.</summary>
    public bool ConfusesTransactions { get; set; }

    /// <summary>Changes the frame of an answer before it is sent; empty: it is not sent.</summary>
    public Func<byte[], byte[]> Spoil { get; set; } = static frame => frame;
}
