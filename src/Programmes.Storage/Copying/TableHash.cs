using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Programmes.Storage.Copying;

/// <summary>
/// SHA-256 over the rows of a table in the order of its key: equal on two databases if and only if every value of every row is.
/// Written into backups: it may change only together with their format number.
/// </summary>
internal sealed class TableHash : IDisposable
{
    private const int FlushBytes = 1 << 16;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> buffer = new(FlushBytes * 2);

    public long Rows { get; private set; }

    public void Add(object?[] row)
    {
        Rows++;
        foreach (var value in row) Write(value);
        if (buffer.WrittenCount >= FlushBytes) Flush();
    }

    /// <summary>Lower-case hexadecimal; nothing can be added after it.</summary>
    public string End()
    {
        Flush();
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Dispose() => hash.Dispose();

    // A kind before each value and a length before each text: no two different rows are the same bytes.
    private void Write(object? value)
    {
        switch (value)
        {
            case null:
                Kind(0);
                break;
            case string text:
                Kind(1);
                var length = Encoding.UTF8.GetByteCount(text);
                BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(sizeof(int)), length);
                buffer.Advance(sizeof(int));
                Encoding.UTF8.GetBytes(text, buffer.GetSpan(length));
                buffer.Advance(length);
                break;
            case bool flag:
                Kind(flag ? (byte)3 : (byte)2);
                break;
            case int number:
                Number(number);
                break;
            case long number:
                Number(number);
                break;
            default:
                throw new ArgumentException($"A column holds no {value.GetType().Name}.", nameof(value));
        }
    }

    private void Number(long number)
    {
        Kind(4);
        BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(sizeof(long)), number);
        buffer.Advance(sizeof(long));
    }

    private void Kind(byte kind)
    {
        buffer.GetSpan(1)[0] = kind;
        buffer.Advance(1);
    }

    private void Flush()
    {
        hash.AppendData(buffer.WrittenSpan);
        buffer.ResetWrittenCount();
    }
}
